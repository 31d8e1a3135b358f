import type {
  Appointment,
  AppointmentRecord,
  Match,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { loadRecords } from "../reads/records.js";
import { appointmentAmong } from "./appointment-among.js";

/** Exported for its plan to be looked at. The day as it stands in what people typed; compared exactly in code. */
export const DAY_QUERY = `
  select a.appointment_id as id from ams.appointment a
  where a.user_id = $1 and a.date_key = $2
    and not exists (select from ams.sync_origin o
      where o.account_id = $3::uuid and o.kind = 'appointment' and o.record_id = a.appointment_id)`;

/**
 * Which appointment of this user the new one is. What the account made of another item is left out: it has one there, and
 * two that are equal in one calendar are two.
 * @param manager inside `withTenant`
 */
export async function matchAppointment(
  manager: EntityManager,
  user: UserView,
  options: SyncOptions,
  accountId: string,
  appointment: Appointment,
): Promise<Match> {
  const day = appointment.fields.date ?? "";
  const rows = await manager.query<{ id: string }[]>(DAY_QUERY, [
    user.userId,
    day,
    accountId,
  ]);
  if (rows.length === 0) return { verdict: "none" };
  const records = await loadRecords(
    manager,
    rows.map(({ id }) => ({ kind: "appointment", id })),
  );
  const appointments = [...records.values()] as AppointmentRecord[];
  return appointmentAmong(appointment, appointments, user, options);
}
