import { SourceStatus, type Source } from "@ams-sync/contracts";
import type { SlotState } from "../ams/slot.js";
import { formatLsn } from "../lsn.js";

export type SnapshotReason =
  /** state does not know this ams yet. */
  | "first"
  /** A reading was not finished, or an operator asked for one. */
  | "interrupted"
  | "slot-missing"
  | "slot-lost"
  | "state-behind"
  | "ams-behind";

export type Next =
  | { readonly do: "stream" }
  | {
      readonly do: "wait";
      readonly sentence: string;
      /** What comes next is a new slot: until then ams need not keep its WAL. */
      readonly dropSlot: boolean;
    }
  | {
      readonly do: "snapshot";
      readonly reason: SnapshotReason;
      /** Changes may have been lost: an alert, with what happened. Missing where reading is what is expected. */
      readonly alert?: string;
    };

/** From what state remembers and the server has: go on, read everything, or wait for an operator. */
export function decide(source: Source, slot: SlotState, name: string): Next {
  switch (source.status) {
    case SourceStatus.STOPPED:
      return { do: "wait", sentence: source.stopMessage, dropSlot: true };
    case SourceStatus.NEW:
      return { do: "snapshot", reason: "first" };
    case SourceStatus.SNAPSHOT:
      return { do: "snapshot", reason: "interrupted" };
    case SourceStatus.STREAMING:
      return streaming(source, slot, name);
    case SourceStatus.UNSPECIFIED:
    case SourceStatus.UNRECOGNIZED:
      return {
        do: "wait",
        dropSlot: false,
        sentence:
          "state gives the source a status that this version does not know. Bring both services to the same version.",
      };
  }
}

function streaming(source: Source, slot: SlotState, name: string): Next {
  if (slot.status === "missing")
    return again(
      "slot-missing",
      `The replication slot ${name} is gone although state streams from it: somebody dropped it, or ams was restored from a backup. Drop it only together with the source.`,
    );
  if (slot.status === "lost")
    return again(
      "slot-lost",
      `ams gave up the replication slot ${name}: capture was away for longer than max_slot_wal_keep_size allows. Raise it (ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; SELECT pg_reload_conf();) and watch ams_sync_capture_lag_bytes.`,
    );
  // Only what state stored is ever confirmed.
  if (slot.confirmed > source.lastLsn)
    return again(
      "state-behind",
      `state stands at ${formatLsn(source.lastLsn)}, but ${formatLsn(slot.confirmed)} was confirmed to ams: state's database was restored from a backup.`,
    );
  if (source.lastLsn > slot.current)
    return again(
      "ams-behind",
      `state stands at ${formatLsn(source.lastLsn)}, but ams ends at ${formatLsn(slot.current)}: ams was set back to an older state.`,
    );
  return { do: "stream" };
}

const again = (reason: SnapshotReason, what: string): Next => ({
  do: "snapshot",
  reason,
  alert: `${what} Changes may be missing, so all of ams is read again under a new epoch; records that are gone go through state's guard.`,
});
