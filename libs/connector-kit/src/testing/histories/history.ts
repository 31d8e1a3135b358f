import * as fc from "fast-check";
import { carryOut } from "./carry-out.js";
import { faultsOf } from "./oracle.js";
import { told, type Told } from "./steps.js";
import type { HistorySystem } from "./system.js";
import { HistoryWorld } from "./world.js";

/** @returns what is wrong, as soon as it shows; empty: all is well */
export async function tell(
  system: HistorySystem,
  { policy, steps }: Told,
): Promise<readonly string[]> {
  const world = new HistoryWorld(system, policy);
  try {
    for (const one of steps) {
      const before = [...world.ams.records.keys()];
      await carryOut(world, one);
      const { faults } = world.watch;
      // Nothing that runs do deletes in ams.
      if (one.do !== "remove" && one.do !== "meanwhile")
        for (const key of before)
          if (!world.ams.records.has(key)) faults.push(`${key} is gone in ams`);
      if (faults.length > 0) return faults;
    }
    return await faultsOf(world);
  } finally {
    await world.end();
  }
}

/** So long no history takes: it hangs. */
const TIMEOUT_MS = 60_000;

/** Tells so many; the first that goes wrong is shortened and shown. */
export const histories = (
  system: HistorySystem,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(told, async (one) => {
      const faults = await tell(system, one);
      if (faults.length > 0) throw new Error(faults.join("\n"));
    }),
    { numRuns: count, seed, timeout: TIMEOUT_MS },
  );
