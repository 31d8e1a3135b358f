import { waitFor } from "@ams-sync/testing";
import type { Site } from "./site.js";

/** What is under way or owed, anywhere. */
interface Unrest {
  readonly running: number;
  readonly due: number;
  readonly parked: number;
  readonly entries: number;
  readonly owed: number;
  readonly unannounced: number;
  readonly source: string;
}

const UNREST = `
  select
    (select count(*)::int from state.account where lease_until > clock_timestamp()) as running,
    (select count(*)::int from state.schedule where not parked
      and due_at <= clock_timestamp() + interval '1 hour') as due,
    (select count(*)::int from state.schedule where parked) as parked,
    (select count(*)::int from state.inbox) as entries,
    (select count(*)::int from state.stream t join state.tenant te using (tenant_id)
      join state.source s on s.name = te.source
      where t.active and (t.full_wanted > t.full_done or t.feed_epoch is distinct from s.epoch)) as owed,
    (select count(*)::int from settings.announcement) as unannounced,
    coalesce((select status from state.source), 'none') as source`;

const WITHIN = 90_000;

/**
 * Until everything that the scenario knows of has `arrived` in state and there is nothing left to do, or until
 * `interrupted`.
 */
export async function untilRest(
  site: Site,
  arrived: () => Promise<boolean>,
  interrupted = (): boolean => false,
): Promise<void> {
  let last: Unrest | undefined;
  let there = false;
  const atRest = async (): Promise<boolean> => {
    if (interrupted()) return true;
    there ||= await arrived();
    if (!there) return false;
    [last] = await site.own<Unrest>(UNREST);
    if (!last) return false;
    const { source, ...open } = last;
    return (
      source === "streaming" &&
      Object.values(open).every((count) => count === 0)
    );
  };
  try {
    await waitFor(atRest, { what: "rest", timeoutMs: WITHIN, everyMs: 100 });
  } catch (error) {
    throw new Error(
      `It never came to rest: ${there ? JSON.stringify(last) : "what was changed never arrived in state"}; ${JSON.stringify(await site.own(TROUBLE))}`,
      { cause: error },
    );
  }
}

/** What accounts and entries say, without anybody's data. */
const TROUBLE = `
  select a.health, a.error_kind, a.error_message, a.failures, i.side, i.kind, i.record_id, i.gone, i.state, i.code,
    i.message, i.attempts, i.sent
  from state.account a left join state.inbox i using (tenant_id, account_id)
  where i.entry_id is not null or a.error_kind is not null limit 20`;

/** Has everything looked over again on both sides, as after a change of settings. */
export const lookOver = (site: Site, tenantId: string): Promise<unknown> =>
  site.own(
    `with streams as (
       update state.stream set full_wanted = full_wanted + 1, remote_due_at = now() where tenant_id = $1 and active)
     update state.schedule set due_at = now(), not_before = null where tenant_id = $1`,
    [tenantId],
  );

/** Has the other side of the account asked what changed there, as when its poll is due. */
export const askThere = (site: Site, accountId: string): Promise<unknown> =>
  site.own(
    `with streams as (
       update state.stream set remote_due_at = now() where account_id = $1 and active)
     update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [accountId],
  );

/** Entries of the feed that the tenant should have once all of ams is taken in. */
export async function fedRecords(
  site: Site,
  tenantId: string,
): Promise<number> {
  const [row] = await site.own<{ count: number }>(
    "select count(*)::int from state.feed where tenant_id = $1",
    [tenantId],
  );
  return row?.count ?? 0;
}
