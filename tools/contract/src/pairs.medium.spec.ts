import { type Radicale, radicaleAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, it } from "vitest";
import { pairwise } from "./testing/covering.js";
import { expectKept } from "./testing/keep.js";
import { SERVERS } from "./testing/servers.js";
import { LEVELS, TELLING_CASES, trapsIn } from "./testing/traps.js";

const [radicale] = SERVERS;
// Nearest to the server: what another trap answers for an update would look like its own doing.
const INNERMOST = "create-overwrites";
const rows = pairwise(LEVELS)
  .map(trapsIn)
  .map((row) => [
    ...row.filter((trap) => trap !== INNERMOST),
    ...row.filter((trap) => trap === INNERMOST),
  ]);

/** Each two traps meet in one of these servers. */
describe.skipIf(!radicaleAvailable())(
  "the contract is kept where many traps come together",
  () => {
    let server: Radicale;
    beforeAll(async () => {
      server = (await radicale!.start()) as Radicale;
    });
    afterAll(() => server?.stop());

    it.each(rows.map((traps, n) => [n + 1, traps] as const))(
      `row %i of ${rows.length}`,
      (_, traps) => expectKept(radicale!, server, traps, TELLING_CASES),
    );
  },
);
