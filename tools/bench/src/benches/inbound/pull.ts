import { setTimeout } from "node:timers/promises";
import type { BenchContext } from "../../bench.js";
import type { ContactsOffice } from "../../sync/contacts-office.js";
import { poll, runsSince } from "../../sync/runs.js";

const LOOK_MS = 20;

export interface Pulled {
  /** From the wake-up to the end of the run that has brought the last change into ams, and remembered it. */
  readonly ms: number;
  /** Until all is quiet again: ams tells of its changes, which must come to nothing. */
  readonly requests: number;
}

export async function pull(
  office: ContactsOffice,
  accountId: string,
  changes: number,
  { signal }: BenchContext,
): Promise<Pulled> {
  const moment = await poll(office, accountId);
  let ms = await takenAfter(office, accountId, moment, changes);
  while (ms === undefined) {
    signal.throwIfAborted();
    await setTimeout(LOOK_MS);
    ms = await takenAfter(office, accountId, moment, changes);
  }
  await office.synchronised(accountId);
  const { requests, updated } = await runsSince(
    office,
    accountId,
    moment,
    // What came in is told by ams as its own change.
    ({ unchanged }) => unchanged >= changes,
    signal,
  );
  if (updated > 0) throw new Error(`${updated} changes were sent back.`);
  return { ms, requests };
}

/** ms after the moment; undefined while there are fewer. */
async function takenAfter(
  { own }: ContactsOffice,
  accountId: string,
  moment: number,
  changes: number,
): Promise<number | undefined> {
  const { rows } = await own.query<{ ms: number | null }>(
    `select extract(epoch from min(ended_at))::float8 * 1000 - $2::float8 as ms
     from (select ended_at, sum((counts->>'taken')::int) over (order by ended_at) as taken
       from state.run where account_id = $1 and started_at >= to_timestamp($2::float8 / 1000)
         and ended_at is not null) r
     where taken >= $3`,
    [accountId, moment, changes],
  );
  return rows[0]?.ms ?? undefined;
}

/** How many of the numbers are some customer's mobile number. */
export async function numbersInAms(
  { ams, tenantId }: ContactsOffice,
  numbers: readonly string[],
): Promise<number> {
  const { rows } = await ams.query<{ there: number }>(
    `select count(distinct mobile)::int as there from ams.customer where tenant_id = $1 and mobile = any($2)`,
    [tenantId, numbers],
  );
  return rows[0]?.there ?? 0;
}
