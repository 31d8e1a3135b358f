import type { Client } from "pg";

/**
 * What a user's address book and calendar should hold, asked of ams in SQL and
 * written down as one line per record. The product's own rules are not used: a
 * mistake in them must show.
 */
export interface Expected {
  readonly contacts: readonly ExpectedRecord[];
  readonly appointments: readonly ExpectedRecord[];
}

export interface ExpectedRecord {
  readonly id: string;
  readonly line: string;
}

/** What a system holds otherwise than ams. */
export interface Held {
  /** Only female and male. */
  readonly twoGenders: boolean;
  /** Appointments are instants: in the hour that a spring night skips their times are an hour later. */
  readonly instants: boolean;
}

const AS_IN_AMS: Held = { twoGenders: false, instants: false };

/** Parts of one record, joined so that two equal records make two equal lines. */
export const line = (parts: readonly (string | null | undefined)[]): string =>
  parts.map((part) => (part ?? "").normalize("NFC").trim()).join(" | ");

/**
 * A customer counts if its agent is released to the user, or the brokerage does not use releases. Private customers have
 * 15 fields, commercial ones 12 (R55, R56).
 */
const CONTACTS = `
  select c.customer_id as id,
         array[
           case c.kind when 'private' then c.first_name end,
           case c.kind when 'private' then c.last_name end,
           case c.kind when 'commercial' then c.name end,
           c.street, c.postal_code, c.city, c.country, c.profession,
           c.phone_private, c.phone_business, c.fax, c.mobile, c.email, c.web_page,
           case when c.kind = 'private' and (not $3::boolean or c.gender in ('female', 'male')) then c.gender end,
           case c.kind when 'private' then c.birth_date end
         ] as parts
    from ams.customer c
    join ams.tenant t using (tenant_id)
   where c.tenant_id = $1
     and (not t.agent_release or exists (
       select from ams.agent_release r
        where r.tenant_id = c.tenant_id and r.agent_id = c.agent_id and r.user_id = $2))`;

const APPOINTMENTS = `
  select a.appointment_id as id, a.date, a.starts_at_time, coalesce(a.ends_at_time, a.starts_at_time) as ends_at_time, a.reason, a.remark
    from ams.appointment a
   where a.tenant_id = $1 and a.user_id = $2`;

/** What a clock on the wall shows, by PostgreSQL's own table of zones. An end with smaller digits is on the next day. */
const APPOINTMENTS_AS_INSTANTS = `
  select a.appointment_id as id, a.date, shown.starts as starts_at_time,
         case when wall.overnight then shown.ends else greatest(shown.starts, shown.ends) end as ends_at_time,
         a.reason, a.remark
    from ams.appointment a
    join ams.tenant t using (tenant_id)
    cross join lateral (
      select a.starts_at_time::time as starts, coalesce(a.ends_at_time, a.starts_at_time)::time as ends,
             coalesce(a.ends_at_time < a.starts_at_time, false) as overnight) wall
    cross join lateral (
      select to_char((a.date::date + wall.starts) at time zone t.time_zone at time zone t.time_zone, 'HH24:MI') as starts,
             to_char((a.date::date + wall.overnight::int + wall.ends) at time zone t.time_zone at time zone t.time_zone, 'HH24:MI') as ends) shown
   where a.tenant_id = $1 and a.user_id = $2`;

interface ContactRow {
  readonly id: string;
  readonly parts: readonly (string | null)[];
}

interface AppointmentRow {
  readonly id: string;
  readonly date: string;
  readonly starts_at_time: string | null;
  readonly ends_at_time: string | null;
  readonly reason: string | null;
  readonly remark: string | null;
}

export async function expectedOf(
  ams: Client,
  tenantId: string,
  userId: string,
  { twoGenders, instants }: Held = AS_IN_AMS,
): Promise<Expected> {
  const whose = [tenantId, userId];
  const contacts = await ams.query<ContactRow>(CONTACTS, [
    ...whose,
    twoGenders,
  ]);
  const appointments = await ams.query<AppointmentRow>(
    instants ? APPOINTMENTS_AS_INSTANTS : APPOINTMENTS,
    whose,
  );
  return {
    contacts: contacts.rows.map(({ id, parts }) => ({
      id,
      line: line(parts),
    })),
    appointments: appointments.rows.map((row) => ({
      id: row.id,
      line: line([
        row.date,
        row.starts_at_time?.slice(0, 5),
        row.ends_at_time?.slice(0, 5),
        row.reason,
        row.remark?.replaceAll("\r\n", "\n"),
      ]),
    })),
  };
}
