import type { Site } from "../site.js";
import type { Office } from "./account.js";

/**
 * Two transactions of everything that can happen to records: created, changed, deleted, a tag renamed, one agent's release
 * withdrawn and another one's given. As many come as go. @returns asks whether state has heard of the last of it
 */
export async function burst(
  site: Site,
  { tenantId, user }: Office,
  round: number,
): Promise<() => Promise<boolean>> {
  const day = `2031-${two((round % 12) + 1)}-${two((round % 28) + 1)}`;
  const { ams } = site;
  await nextDay(site, tenantId);
  const ask = (sql: string, ...parameters: unknown[]) =>
    ams.query<{ id: string }>(sql, [tenantId, ...parameters]);
  await ams.query("begin");
  await ask(CUSTOMERS, round);
  await ask(CHANGED, `Görlitz ${round}`);
  await ask(DELETED);
  await ask(TAG, `Schlüssel ${round}`);
  await ams.query("commit");
  const clock = await ams.query<{ at: Date }>("select clock_timestamp() as at");
  const [going, coming] = round % 2 === 0 ? [1, 2] : [2, 1];
  await ams.query("begin");
  await ask(WITHDRAWN, user.userId, going);
  await ask(RELEASED, user.userId, coming);
  await ask(VISIT, user.userId, day, round);
  await ask(MOVED, user.userId, `Gespräch ${round}`);
  await ask(CANCELLED, user.userId);
  const last = await ask(LAST, `Straße ${round}`);
  await ams.query("commit");
  const [id, at] = [last.rows[0]?.id, clock.rows[0]?.at];
  if (id === undefined || at === undefined)
    throw new Error("The office has no customers.");
  return async () => {
    const found = await site.own(
      `select from state.feed where tenant_id = $1 and kind = 'customer' and record_id = $2 and not deleted
         and committed_at >= $3`,
      [tenantId, id, at],
    );
    return found.length > 0;
  };
}

/** What was deleted unasked counts for a day; so many rounds as are played here in an hour nobody has in one. */
export const nextDay = (site: Site, tenantId: string): Promise<unknown> =>
  site.own("delete from state.removal where tenant_id = $1", [tenantId]);

const two = (number: number): string => String(number).padStart(2, "0");

/** Customers of agents 1 and 2 come and go with the releases, those of agent 3 stay and are changed. */
export const DIVIDE = `
  update ams.customer set agent_id = case customer_id % 4 when 2 then 1 when 3 then 2 else 3 end where tenant_id = $1`;
const STAYING = `
  select customer_id from ams.customer where tenant_id = $1 and agent_id = 3 order by customer_id`;
const CUSTOMERS = `
  insert into ams.customer (tenant_id, kind, first_name, last_name, name, city, phone_private, email, birth_date, agent_id)
  values ($1, 'private', 'Änne', 'Groß-' || $2::int, null, 'Köln', '0221 ' || $2::int, 'aenne' || $2::int || '@example.org',
          '1985-02-28', 3),
         ($1, 'commercial', null, null, 'Bäckerei Weiß ' || $2::int, 'Würzburg', null, null, null, 3)`;
const CHANGED = `
  update ams.customer set city = $2 where tenant_id = $1 and customer_id in (${STAYING} offset 1 limit 3)`;
const DELETED = `
  delete from ams.customer where tenant_id = $1 and customer_id in (${STAYING} offset 4 limit 2)`;
const TAG = `
  update ams.tag set label = $2 where tenant_id = $1 and tag_id = (
    select tag_id from ams.customer_tag where tenant_id = $1 order by tag_id limit 1)`;
const WITHDRAWN = `
  delete from ams.agent_release where tenant_id = $1 and user_id = $2 and agent_id = $3`;
const RELEASED = `
  insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, $2, $3) on conflict do nothing`;
const VISIT = `
  insert into ams.appointment (tenant_id, user_id, date, reason, remark, starts_at_time, ends_at_time)
  values ($1, $2, $3, 'Übergabe ' || $4::int, 'Größe prüfen', '09:30', '10:15')`;
const MOVED = `
  update ams.appointment set reason = $3 where tenant_id = $1 and appointment_id in (
    select appointment_id from ams.appointment where tenant_id = $1 and user_id = $2 order by 1 limit 2)`;
const CANCELLED = `
  delete from ams.appointment where tenant_id = $1 and appointment_id = (
    select appointment_id from ams.appointment where tenant_id = $1 and user_id = $2 order by 1 offset 3 limit 1)`;
const LAST = `
  update ams.customer set street = $2 where tenant_id = $1 and customer_id = (${STAYING} limit 1) returning customer_id as id`;
