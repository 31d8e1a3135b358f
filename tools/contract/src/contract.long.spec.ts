import type { LocalServer } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { expectKept } from "./testing/keep.js";
import { SERVERS } from "./testing/servers.js";
import { TRAPS } from "./testing/traps.js";

/** The whole contract at each server with each trap. */
describe.each(SERVERS)("the cloud connector at $name", (one) => {
  const absent = !one.available();
  let server: (LocalServer & { readonly url: string }) | undefined;
  beforeAll(async () => {
    if (!absent) server = await one.start();
  });
  afterAll(() => server?.stop());

  it.skipIf(absent).each(TRAPS)("keeps the contract with %s", (trap) =>
    expectKept(one, server!, [trap]),
  );
});
