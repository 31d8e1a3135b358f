import { setTimeout } from "node:timers/promises";
import { progressOf } from "@ams-sync/proof";
import type { BenchContext } from "../../bench.js";
import { atMost, measured, type Result } from "../../result.js";
import {
  openContacts,
  type ContactsOffice,
} from "../../sync/contacts-office.js";
import { activeUsers } from "./active-users.js";
import type { GraphCounts } from "./graph-messages.js";
import type { GraphProcess } from "./graph-process.js";

const MAILBOXES = 100;
const CONTACTS = 100;
/** Microsoft's, for each app and mailbox. */
const AT_ONCE = 4;
const IN_TEN_MINUTES = 10_000;
const LOOK_MS = 250;

/** The first synchronisation of 100 mailboxes, all run by one connector at once. */
export async function manyMailboxes(
  context: BenchContext,
  graph: GraphProcess,
): Promise<readonly Result[]> {
  const { say, signal } = context;
  const office = await openContacts(context, {
    contacts: CONTACTS,
    users: MAILBOXES + 2,
    outlook: graph,
    env: { WORKER_CONCURRENCY: String(MAILBOXES) },
  });
  const addresses = Array.from(
    { length: MAILBOXES },
    (_, at) => `many${at}@bench.example`,
  );
  const logins = await graph.logins(addresses);
  await graph.reset();
  // It stands still until all are saved: then all of them are due at once.
  const connector = office.stack.service("outlook-connector");
  connector.pause();
  for (const [at, user] of activeUsers(office).slice(0, MAILBOXES).entries()) {
    const login = logins[at];
    if (login) await office.save(user, login);
  }
  const begun = performance.now();
  connector.resume();
  await allSynchronised(office, signal);
  const seconds = (performance.now() - begun) / 1_000;
  const counts = await graph.counts();
  for (const address of addresses) {
    const { length } = await graph.contacts(address);
    if (length !== CONTACTS)
      throw new Error(`${length} of ${CONTACTS} contacts are in ${address}.`);
  }
  say(
    `${MAILBOXES} mailboxes of ${CONTACTS} contacts: ${seconds.toFixed(1)} s with ${counts.http} requests, ${counts.throttled} operations refused with 429`,
  );
  await office.stop();
  return results(counts, addresses, seconds);
}

function results(
  { http, throttled, mailboxes }: GraphCounts,
  addresses: readonly string[],
  seconds: number,
): readonly Result[] {
  const loads = addresses.flatMap((address) => mailboxes[address] ?? []);
  const metric = `${MAILBOXES} mailboxes at once, ${CONTACTS} contacts each`;
  const most = (values: readonly number[]) => [Math.max(...values)];
  return [
    measured({
      metric: `${metric}: refused with 429`,
      unit: "operations",
      values: [throttled],
      target: atMost(0),
    }),
    measured({
      metric: `${metric}: most operations at once in one of them`,
      unit: "operations",
      values: most(loads.map((load) => load.most)),
      target: atMost(AT_ONCE),
    }),
    measured({
      metric: `${metric}: most operations of one of them`,
      unit: "operations",
      values: most(loads.map((load) => load.operations)),
      target: atMost(IN_TEN_MINUTES),
    }),
    measured({
      metric: `${metric}: HTTP requests`,
      unit: "per mailbox",
      values: [http / MAILBOXES],
    }),
    measured({ metric, unit: "s", values: [seconds] }),
  ];
}

/** Asked for all at once and seldom, so that the questions are no load of their own. */
async function allSynchronised(
  { own, accounts, tenantId }: ContactsOffice,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await own.query<{ through: number }>(
      `select count(*)::int as through from state.account a
        where a.tenant_id = $1 and a.run_id is null
          and exists (select from state.run r where r.account_id = a.account_id and r.ended_at is not null)
          and not exists (select from state.schedule s where s.account_id = a.account_id and s.due_at <= now())`,
      [tenantId],
    );
    if (rows[0]?.through === MAILBOXES) break;
    await setTimeout(LOOK_MS);
  }
  const { accounts: all } = await accounts.listAccounts({ tenantId });
  const { finished, trouble } = progressOf(all);
  if (!finished)
    throw new Error(`Something was left undone. ${trouble.join(" ")}`);
}
