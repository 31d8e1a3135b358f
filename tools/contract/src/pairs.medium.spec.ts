import { type Radicale, radicaleAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tryContract } from "./testing/keep.js";
import { SERVERS } from "./testing/servers.js";
import { PAIRS, TELLING_CASES } from "./testing/traps.js";

const [radicale] = SERVERS;

/** Each two traps meet in one of these servers; contract.long.spec.ts asks every case at every server. */
describe.skipIf(!radicaleAvailable())(
  "the contract is kept where many traps come together",
  () => {
    let server: Radicale;
    beforeAll(async () => {
      server = (await radicale!.start()) as Radicale;
    });
    afterAll(() => server?.stop());

    it.each(PAIRS.map((traps, n) => [n + 1, traps] as const))(
      `row %i of ${PAIRS.length}`,
      async (_, traps) => {
        const told = await tryContract(radicale!, server, traps, TELLING_CASES);
        expect(told).toMatchObject({ broken: [], unacted: [] });
      },
    );
  },
);
