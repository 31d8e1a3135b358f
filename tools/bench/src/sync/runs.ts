import { setTimeout } from "node:timers/promises";
import type { ContactsOffice } from "./contacts-office.js";

/** What the account's runs since a moment did, once none is under way. */
export interface Done {
  /** From that moment to the end of the last one, ms, by the database's clock. */
  readonly ms: number;
  readonly runs: number;
  readonly requests: number;
  readonly updated: number;
  /** Changes that came into ams. */
  readonly taken: number;
  /** Items that were found to be a record's. */
  readonly adopted: number;
  /** Records and items that were compared and found to be alike. */
  readonly unchanged: number;
}

const LOOK_MS = 5;

/** The database's clock: epoch ms, with its fractions. */
export async function momentOf({ own }: ContactsOffice): Promise<number> {
  const { rows } = await own.query<{ now: number }>(
    "select extract(epoch from clock_timestamp())::float8 * 1000 as now",
  );
  return rows[0]?.now ?? NaN;
}

/** Until runs that began after the moment have ended, and done so much. */
export async function runsSince(
  { own }: ContactsOffice,
  accountId: string,
  moment: number,
  enough: (done: Done) => boolean,
  signal: AbortSignal,
): Promise<Done> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await own.query<Done & { open: boolean }>(
      `select count(*)::int as runs, bool_or(ended_at is null) as open,
         coalesce(sum((counts->>'remoteRequests')::int), 0)::int as requests,
         coalesce(sum((counts->>'updated')::int), 0)::int as updated,
         coalesce(sum((counts->>'taken')::int), 0)::int as taken,
         coalesce(sum((counts->>'unchanged')::int), 0)::int as unchanged,
         coalesce(sum((counts->>'adopted')::int), 0)::int as adopted,
         extract(epoch from max(ended_at))::float8 * 1000 - $2::float8 as ms
       from state.run where account_id = $1 and started_at >= to_timestamp($2::float8 / 1000)`,
      [accountId, moment],
    );
    const [done] = rows;
    if (done && done.runs > 0 && !done.open && enough(done)) return done;
    await setTimeout(LOOK_MS);
  }
}

/** The account runs now and asks the server what has changed there. @returns the moment of the wake-up */
export async function poll(
  office: ContactsOffice,
  accountId: string,
): Promise<number> {
  await makePollDue(office, accountId);
  await makeDue(office, accountId);
  const moment = await momentOf(office);
  await office.wake(accountId);
  return moment;
}

/** The next run asks the server what has changed there, as if its poll time had come. */
export async function makePollDue(
  { own }: ContactsOffice,
  accountId: string,
): Promise<void> {
  await own.query(
    "update state.stream set remote_due_at = now() where account_id = $1",
    [accountId],
  );
}

/** Due now, and no work of the sweep's: the benchmark wakes it itself. */
async function makeDue(
  { own }: ContactsOffice,
  accountId: string,
): Promise<void> {
  await own.query(
    "update state.schedule set due_at = now(), enqueued_at = now() where account_id = $1",
    [accountId],
  );
}
