import { STREAM_KINDS } from "@ams-sync/sync-core";
import { AmsAway } from "./ams-records.js";
import type { AmsView, RecordRef, TenantHome } from "./ams-records.js";
import { kindsOf } from "./intake.js";
import { refOfEntry } from "./load.js";
import { Preload } from "./preload.js";
import type { RunLimits, RunPorts } from "./run-context.js";
import type { AccountKey, Ahead, StreamState } from "./run-state.js";

/**
 * What the run asks state as soon as it has begun, where the account's settings are known: state does it in the same
 * step, and most runs follow a single change.
 */
export const aheadOf = (
  account: AccountKey,
  { settings }: RunPorts,
  { sliceSize, maxRecords }: RunLimits,
): Ahead | undefined => {
  const known = settings.remembered?.(account);
  return (
    known && {
      settingsVersion: known.version,
      limit: Math.min(sliceSize, maxRecords),
      streams: STREAM_KINDS.filter((kind) => known.options[kind]).map(
        (kind) => ({ kind, kinds: kindsOf({ kind }, known.options) }),
      ),
    }
  );
};

/** The user, and the records of what is to be worked on first, where state told of it already. */
export const readAhead = async (
  { records }: RunPorts,
  home: TenantHome,
  userId: string,
  streams: readonly StreamState[],
): Promise<{ readonly view: AmsView; readonly preload?: Preload }> => {
  const refs: readonly RecordRef[] = streams.flatMap(({ first }) =>
    (first?.entries ?? []).flatMap((entry) => refOfEntry(entry) ?? []),
  );
  if (refs.length > 0)
    try {
      const view = await records.load(home, userId, refs);
      return { view, preload: new Preload(refs, view) };
    } catch (error) {
      if (error instanceof AmsAway) throw error;
      // One row may be to blame: whoever works on the entries finds out which.
    }
  return { view: await records.load(home, userId, []) };
};
