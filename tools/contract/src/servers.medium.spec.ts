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
  ({ username, available, start, lacks, bends }) => {
    let server: LocalServer | undefined;
    let at: Proxied | undefined;
    beforeAll(async () => {
      if (!available()) return;
      const started = await start();
      server = started;
      at = await proxied(
        { url: started.url, username, password: PASSWORD },
        [],
        lacks,
        bends,
      );
    });
    afterAll(async () => {
      await at?.close();
      await server?.stop();
    });

    it
      .skipIf(!available())
      .each(CONTRACT.map((one) => [one.name, one] as const))(
      "%s",
      async (_, one) => {
        const { stage } = at!;
        const { outcome, reason } = await tryCase(one, stage);
        expect(outcome, reason).toBe(
          skipReason(one, stage) === undefined ? "kept" : "skipped",
        );
      },
    );
  },
);
