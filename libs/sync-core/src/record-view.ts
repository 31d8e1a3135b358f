import { canonicalAppointment } from "./appointment.js";
import type { Canonical } from "./canonical.js";
import { canonicalContact } from "./contact.js";
import type { SyncOptions } from "./options.js";
import type { RecordView } from "./plan-types.js";
import type { Checked } from "./problem.js";
import type { AmsRecord } from "./record.js";
import type { Scope } from "./scope.js";

/** The canonical form of any record, or why it has none. */
export function canonicalOf(
  record: AmsRecord,
  options: SyncOptions,
): Checked<Canonical> {
  return record.kind === "appointment"
    ? canonicalAppointment(record)
    : canonicalContact(record, options);
}

/**
 * What the planner is told of a record that was read: scope first (a broken row that is not sent troubles nobody),
 * then form. A gate holds back an unlinked record only (R16, R34).
 * @param canonical `canonicalOf` the record, normalized to what the other system can hold
 */
export function recordView(
  scope: Scope,
  linked: boolean,
  canonical: Checked<Canonical>,
): RecordView {
  if (!scope.in && !(scope.gate && linked))
    return { state: "out", reason: scope.reason };
  return canonical.ok
    ? { state: "in", fields: canonical.canonical.fields }
    : { state: "broken", problem: canonical.problem };
}
