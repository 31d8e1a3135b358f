import { radicaleAvailable } from "@ams-sync/testing";
import { describe, expect, it } from "vitest";
import { pointOf } from "./kill-point.js";
import { runPoints, summary } from "./matrix.js";

/** The most telling ones; the others are in `npm run test:long`. */
const POINTS = [
  // What only the server knows: written, or made, and not remembered.
  "changes | cloud-connector | connector>dav | PUT new card | 1 | after",
  "changes | cloud-connector | connector>dav | DELETE card | 1 | after",
  "changes | cloud-connector | connector>state | Commit | 2 | before",
  "first | cloud-connector | connector>dav | MKCOL collection | 1 | after",
  "first | state | state>db | commit links | 1 | before",
  // Written into ams, and nothing of it remembered or written outside yet.
  "inward | cloud-connector | connector>ams | commit insert customer, insert sync_origin | 1 | after",
  "inward | cloud-connector | connector>ams | commit insert appointment, insert sync_origin | 1 | before",
  "inward | cloud-connector | connector>ams | commit update customer | 1 | after",
  "inward | cloud-connector | connector>dav | PUT changed card | 1 | before",
  "inward | state | connector>state | TakeInRemote | 1 | after",
  // Taken in and not told, fed and not confirmed, saved and not announced.
  "changes | state | state>db | commit intake | 1 | after",
  "changes | change-capture | capture>state | AppendChanges | 1 | after",
  "changes | change-capture | capture>ams | confirm | 1 | before",
  "snapshot | change-capture | capture>state | FinishSnapshot | 1 | before",
  "first | settings | settings>state | AnnounceAccount | 1 | after",
].map(pointOf);

describe.skipIf(!radicaleAvailable())("a service that is killed", () => {
  it(
    "at the worst moments loses and doubles nothing",
    { timeout: 900_000 },
    async () => {
      const result = await runPoints("PostgreSQL", POINTS);
      console.log(summary(result));
      expect(result.failures.join("\n\n")).toBe("");
      expect(result).toMatchObject({ lost: 0, doubled: 0 });
      expect(result.tried).toEqual(POINTS);
    },
  );
});
