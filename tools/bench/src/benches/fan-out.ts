import { setTimeout } from "node:timers/promises";
import { startDavSink, type DavSink } from "@ams-sync/testing";
import type { Bench, BenchContext } from "../bench.js";
import { figuresOf } from "../process-figures.js";
import { atMost, compared, measured, type Result } from "../result.js";
import { openContacts, type ContactsOffice } from "../sync/contacts-office.js";

const ACCOUNTS = 200;
const CONCERNED = 3;
/** One change costs less than the kernel's clock of processes can tell. */
const CHANGES = 4;
const CUSTOMERS = 5;

export const fanOut: Bench = {
  name: "fan-out",
  title: `one change in a tenant of ${ACCOUNTS} accounts of which ${CONCERNED} are concerned`,
  needs: [],
  run: async (context) => {
    const { pairs } = context;
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    const office = await openTenant(context, ACCOUNTS);
    const small = await openTenant(context, CONCERNED);
    for (let pair = 0; pair < pairs; pair += 1) {
      ours.push(await costOfChange(office, context));
      theirs.push(await costOfChange(small, context));
    }
    return results(ours, theirs);
  },
};

/** Of one change, all services together. */
interface Cost {
  readonly requestsOfOthers: number;
  readonly requests: number;
  readonly queries: number;
  readonly cpuMs: number;
}

function results(
  ours: readonly Cost[],
  theirs: readonly Cost[],
): readonly Result[] {
  const yardstick = `a tenant of ${CONCERNED}`;
  const all = (costs: readonly Cost[], key: keyof Cost) =>
    costs.map((cost) => cost[key]);
  const pair = (key: keyof Cost, metric: string, unit: string) => ({
    ...{ metric, unit, yardstick },
    ours: all(ours, key),
    theirs: all(theirs, key),
  });
  const perBystander = (key: keyof Cost): number[] =>
    ours.map(
      (cost, at) =>
        (cost[key] - (theirs[at]?.[key] ?? NaN)) / (ACCOUNTS - CONCERNED),
    );
  return [
    measured({
      metric: "remote requests of accounts not concerned",
      unit: "per change",
      values: all(ours, "requestsOfOthers"),
      target: atMost(0),
    }),
    compared({
      ...pair("requests", "remote requests", "per change"),
      target: atMost(1),
    }),
    compared(pair("queries", "SQL statements", "per change")),
    compared(pair("cpuMs", "CPU of the services", "ms per change")),
    measured({
      metric: "SQL statements of an account not concerned",
      unit: "per change",
      values: perBystander("queries"),
    }),
    measured({
      metric: "CPU for an account not concerned",
      unit: "ms per change",
      values: perBystander("cpuMs"),
    }),
  ];
}

interface FanOutTenant extends ContactsOffice {
  readonly sink: DavSink;
  /** User names whose accounts see the customer that is changed. */
  readonly concerned: ReadonlySet<string>;
  /** Of the customer that is changed. */
  readonly customerId: string;
}

/** Everybody sees the customers of the first agent, a few also the one of the second agent. */
async function openTenant(
  context: BenchContext,
  accounts: number,
): Promise<FanOutTenant> {
  const { say, signal } = context;
  const sink = await startDavSink({ keepItems: true });
  context.undo(() => sink.stop());
  const office = await openContacts(context, {
    contacts: CUSTOMERS,
    // One of five or more has left the brokerage.
    users: accounts + 1,
    agents: 2,
    postgresSettings: { shared_preload_libraries: "pg_stat_statements" },
  });
  await office.own.query("create extension pg_stat_statements");
  const users = office.brokerage.users
    .map(({ active }, index) => ({ active, index }))
    .filter(({ active }) => active)
    .slice(0, accounts);
  const customerId = await share(
    office,
    users.slice(0, CONCERNED).map(({ index }) => index),
  );
  say(`Connecting ${accounts} accounts …`);
  for (const { index } of users)
    await office.save(index, {
      url: sink.url,
      username: `user-${index}`,
      password: "geheim",
    });
  const concerned = new Set(
    users.slice(0, CONCERNED).map(({ index }) => `user-${index}`),
  );
  const all = { ...office, sink, concerned, customerId };
  await settled(all, await positionOf(all), signal);
  const { items } = await sink.counts();
  const expected = accounts * (CUSTOMERS - 1) + CONCERNED;
  if (items !== expected)
    throw new Error(`The sink holds ${items} items, not ${expected}.`);
  return all;
}

/** @returns the customer that only the users at these places see */
async function share(
  { ams, brokerage, tenantId }: ContactsOffice,
  few: readonly number[],
): Promise<string> {
  const userIds = few.map((index) => brokerage.users[index]?.userId);
  await ams.query(
    "update ams.customer set agent_id = case customer_id when 1 then 2 else 1 end where tenant_id = $1",
    [tenantId],
  );
  await ams.query(
    "delete from ams.agent_release where tenant_id = $1 and agent_id = 2 and user_id <> all ($2)",
    [tenantId, userIds],
  );
  await ams.query(
    `insert into ams.agent_release (tenant_id, user_id, agent_id)
     select $1, user_id, 1 from ams.user_account where tenant_id = $1
     union all select $1, unnest($2::bigint[]), 2 on conflict do nothing`,
    [tenantId, userIds],
  );
  return "1";
}

async function costOfChange(
  office: FanOutTenant,
  { signal }: BenchContext,
): Promise<Cost> {
  const { ams, own, sink, stack, tenantId, customerId, concerned } = office;
  const cpu = async (): Promise<number> => {
    const all = await Promise.all(
      stack.services.map(({ pid }) => figuresOf(pid)),
    );
    return all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) * 1_000;
  };
  await sink.reset();
  await own.query("select pg_stat_statements_reset()");
  let position = await positionOf(office);
  const cpuBefore = await cpu();
  for (let change = 0; change < CHANGES; change += 1) {
    await ams.query(
      "update ams.customer set mobile = $3 where tenant_id = $1 and customer_id = $2",
      [tenantId, customerId, `+49 170 ${Math.round(Math.random() * 1e7)}`],
    );
    await settled(office, ++position, signal);
  }
  const cpuMs = (await cpu()) - cpuBefore;
  const { rows } = await own.query<{ queries: number }>(
    `select sum(s.calls)::float8 as queries from pg_stat_statements s
     join pg_roles r on r.oid = s.userid
     where r.rolname like 'ams\\_sync\\_%\\_login'`,
  );
  const { users } = await sink.counts();
  const requestsOf = (chosen: (user: string) => boolean): number =>
    Object.entries(users)
      .filter(([user]) => chosen(user))
      .flatMap(([, methods]) => Object.values(methods))
      .reduce((sum, count) => sum + count, 0);
  const written = [...concerned].map((user) => users[user]?.["PUT"] ?? 0);
  if (written.some((puts) => puts !== CHANGES))
    throw new Error(`Of ${CHANGES} changes arrived: ${written.join(", ")}.`);
  return {
    requestsOfOthers: requestsOf((user) => !concerned.has(user)) / CHANGES,
    requests: requestsOf(() => true) / CHANGES,
    queries: (rows[0]?.queries ?? NaN) / CHANGES,
    cpuMs: cpuMs / CHANGES,
  };
}

/** Until the feed has come to that position and every account has looked at it. */
async function settled(
  { own, tenantId }: ContactsOffice,
  position: bigint,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await own.query<{ open: boolean }>(
      `select exists (select from state.source where position < $2)
         or exists (select from state.stream s, state.source f
           where s.tenant_id = $1 and s.active and s.feed_position is distinct from f.position)
         or exists (select from state.stream_count where tenant_id = $1 and pending > 0)
         or exists (select from state.account where tenant_id = $1 and run_id is not null) as open`,
      [tenantId, String(position)],
    );
    if (rows[0]?.open === false) return;
    await setTimeout(10);
  }
}

async function positionOf({ own }: ContactsOffice): Promise<bigint> {
  const { rows } = await own.query<{ position: string }>(
    "select position from state.source",
  );
  return BigInt(rows[0]?.position ?? 0);
}
