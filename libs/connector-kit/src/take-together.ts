import type { Action, Inward } from "@ams-sync/sync-core";
import { AmsAway } from "./ams-records.js";
import type { RecordChange } from "./ams-writes.js";
import { removalOf } from "./exchange.js";
import { flipping } from "./history.js";
import { faultOf } from "./log.js";
import type { RunContext } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type { Work } from "./work.js";

/**
 * Writes into ams what a slice's works would write there and nothing else, in one transaction: one for each costs several
 * times as much as what is written. What has to be asked or journaled first stays for its own turn, as does what ams did
 * not take together with the others: alone it is told why.
 * @throws LeaseLost, AmsAway
 */
export const takeTogether = async (
  context: RunContext,
  works: readonly Work[],
  ledger: { plan(work: Work): Action | undefined },
): Promise<void> => {
  const { writes, lease, connector, home, log } = context;
  const plain = works.flatMap((work) => {
    const action = ledger.plan(work);
    const inward = action && plainInward(context, work, action);
    return inward ? [{ work, change: changeOf(work, inward) }] : [];
  });
  if (!writes || plain.length < 2) return;
  await lease.outlast(connector.requestTimeoutMs);
  try {
    const rows = await writes.changeTogether(
      home,
      plain.map(({ change }) => change),
    );
    for (const [at, { work }] of plain.entries()) {
      const row = rows[at];
      if (row) work.taken = row;
    }
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof AmsAway) throw error;
    log.error(
      { works: plain.length, fault: faultOf(error) },
      "changes could not be written into ams together; each is by itself",
    );
  }
};

const plainInward = (
  { clock }: RunContext,
  work: Work,
  action: Action,
): Inward | undefined => {
  if (action.do !== "take" || !work.link || work.rowVersion === undefined)
    return undefined;
  const { inward, conflicts = [] } = action;
  const asks = removalOf(action) !== undefined && !work.mayRemove;
  if (!inward || asks || conflicts.length > 0 || work.maybeTwice)
    return undefined;
  return flipping(work.history, action.base, clock.epoch())
    ? undefined
    : inward;
};

const changeOf = (
  { entry, rowVersion = "" }: Work,
  { fields, received }: Inward,
): RecordChange => ({
  ref: { kind: entry.kind, id: entry.recordId },
  rowVersion,
  fields,
  names: received,
});
