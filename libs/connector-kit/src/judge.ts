import {
  canonicalOf,
  recordView,
  scope,
  unsentFields,
} from "@ams-sync/sync-core";
import type {
  AmsRecord,
  Canonical,
  Checked,
  Instant,
  RecordView,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import type { AmsEntry } from "./run-state.js";

/** The ams side of an entry as a fresh read shows it. */
export type Judged =
  /** The account is being disconnected: nothing is read of it. */
  | { readonly state: "parting" }
  /** Not there, and nobody told of a deletion: no reason to delete. What removed it will announce itself. */
  | { readonly state: "untold" }
  | { readonly state: "gone" }
  | {
      readonly state: "there";
      readonly view: RecordView;
      /** What a conditional write names. */
      readonly rowVersion?: string;
      /** The checked form; what it is worth outside says `normalize`. */
      readonly checked: Checked<Canonical>;
      /** Fields that the options do not send. */
      readonly unsent: readonly string[];
      /** It is another user's, whom its user may see and not write for (R15): what changes there does not come in. */
      readonly others?: true;
    };

/**
 * Rules 4 and 7. What the entry says of the record is only a hint: a tombstone whose record is there again (inserted
 * anew under its old id) is an ordinary record.
 */
export const judge = (
  entry: AmsEntry,
  record: AmsRecord | undefined,
  user: UserView,
  options: SyncOptions,
): Judged => {
  if (options.leaving) return { state: "parting" };
  if (!record) return { state: entry.tombstone ? "gone" : "untold" };
  const checked = canonicalOf(record, options);
  // A gate holds back what was never sent; of what was begun nobody knows whether it was.
  const begun = entry.link !== undefined || entry.sent === true;
  const inScope = scope(record, user, options, entry.judgedAt as Instant);
  return {
    state: "there",
    view: recordView(inScope, begun, checked),
    ...(record.rowVersion !== undefined && { rowVersion: record.rowVersion }),
    checked,
    unsent: unsentFields(entry.kind, options),
    ...(isOthers(record, user) && { others: true }),
  };
};

const isOthers = (record: AmsRecord, { userId }: UserView): boolean =>
  record.kind === "appointment" && record.ownerId !== userId;
