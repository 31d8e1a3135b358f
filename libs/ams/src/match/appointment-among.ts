import {
  appointmentKeys,
  canonicalAppointment,
  scope,
} from "@ams-sync/sync-core";
import type {
  Appointment,
  AppointmentRecord,
  Match,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";

/**
 * Which of these appointments the same one is: same day, same times, same reason, and one that the account carries. One
 * without a reason is like any other at that time and matches none.
 */
export function appointmentAmong(
  appointment: Appointment,
  records: Iterable<AppointmentRecord>,
  user: UserView,
  options: SyncOptions,
): Match {
  const keys = appointmentKeys(appointment);
  const ids: string[] = [];
  for (const record of records) {
    const form = canonicalAppointment(record);
    if (!form.ok) continue;
    const same = appointmentKeys(form.canonical).some((key) =>
      keys.includes(key),
    );
    const place = same && scope(record, user, options, record.lastChanged);
    if (place && (place.in || place.gate)) ids.push(record.id);
  }
  const [id, ...others] = ids;
  if (id === undefined) return { verdict: "none" };
  return others.length === 0
    ? { verdict: "one", id }
    : { verdict: "several", candidates: ids };
}
