import {
  CONTRACT,
  skipReason,
  tryCase,
} from "@ams-sync/connector-kit/contract";
import type { LocalServer } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Proxied, proxied } from "./testing/proxied.js";
import { PASSWORD, SERVERS } from "./testing/servers.js";

describe.each(SERVERS)(
  "the cloud connector at $name keeps the contract:",
  (one) => {
    const { username, available, start } = one;
    let server: LocalServer | undefined;
    let at: Proxied | undefined;
    beforeAll(async () => {
      if (!available()) return;
      const started = await start();
      server = started;
      at = await proxied(
        { url: started.url, username, password: PASSWORD },
        [],
        one,
      );
    });
    afterAll(async () => {
      await at?.close();
      await server?.stop();
    });

    it
      .skipIf(!available())
      .each(CONTRACT.map((promise) => [promise.name, promise] as const))(
      "%s",
      async (_, promise) => {
        const { stage } = at!;
        const { outcome, reason } = await tryCase(promise, stage);
        expect(outcome, reason).toBe(
          skipReason(promise, stage) === undefined ? "kept" : "skipped",
        );
      },
    );
  },
);
