import type { Action } from "@ams-sync/sync-core";
import { persist } from "./attempt.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { placeOf, see } from "./work.js";
import type { Work } from "./work.js";

/** All items of a slice that the plan wants to see, in one question. */
export const readPlanned = async (
  { lease, clock, troubles }: RunContext,
  { kind }: StreamState,
  port: ReadPort,
  works: readonly Work[],
  ledger: { plan(work: Work): Action | undefined },
): Promise<void> => {
  const wanted = works.filter((work) => ledger.plan(work)?.do === "read");
  const placed = wanted.flatMap((work) => {
    const at = placeOf(port, work);
    return at === undefined ? [] : [{ work, at }];
  });
  if (placed.length === 0) return;
  const ids = placed.map(({ at }) => at);
  const found = await persist(lease, clock, () => port.fetch(ids));
  if (found.ok) {
    troubles.answered();
    for (const { work, at } of placed) see(work, port, found.value.get(at));
  } else if (found.error.kind !== "rejected") {
    troubles.report(kind, found.error);
  }
  // A refused question may be one item's fault: each is read by itself then.
};
