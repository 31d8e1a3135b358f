import { blockCounter, COUNTS_BLOCKS } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customers } from "../testing/office.js";
import {
  BOSS,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

/** A page of a list of 20,000 looks at as many blocks as one of 2,000, the first and the last, with and without statistics. */

const SIZES = [2_000, 20_000] as const;
/** An index may be a level deeper, and rows of a page in fewer blocks where there are few. Reading all would be ten times as much. */
const enough = (blocks: number): number => blocks * 2 + 20;

let rest: RestUnderTest;
let token: string;
let accountId: string;
let blocksOf: Awaited<ReturnType<typeof blockCounter>>;

/** From $3 to $4. */
const OF_ACCOUNT = [
  `insert into state.run (tenant_id, account_id, run_id, worker, started_at, credential_version, ended_at, results)
   select $1, $2, gen_random_uuid(), 'w', now() - g * interval '1 second', 1, now(), 1 from generate_series($3::int, $4::int) g`,
  `insert into state.inbox (tenant_id, account_id, stream, side, kind, record_id, gone, position, judged_at, committed_at,
     state, code, message)
   select $1, $2, 'contacts', 'ams', 'customer', g, false, g, now(), now(), 'set-aside', 'too-long', 'x'
   from generate_series($3::int, $4::int) g`,
  `insert into state.conflict (tenant_id, account_id, stream, kind, record_id, item_id, field, winner, ams_value,
     remote_value, run_id)
   select $1, $2, 'contacts', 'customer', g, 'i' || g, 'city', 'ams', 'a', 'b', gen_random_uuid()
   from generate_series($3::int, $4::int) g`,
  `insert into state.link (tenant_id, account_id, stream, kind, record_id, item_id, hash, fields, origin, lost, lost_at)
   select $1, $2, 'contacts', 'customer', g, 'i' || g, 'h', '{}', 'created', 'noticed', now()
   from generate_series($3::int, $4::int) g`,
  `insert into state.unlinked_item (tenant_id, account_id, stream, item_id, reason, candidates)
   select $1, $2, 'contacts', 'u' || g, 'group', '[]' from generate_series($3::int, $4::int) g`,
];
const OF_TENANT = [
  `insert into state.account (tenant_id, account_id, user_id, system, settings_version, credential_version, health)
   select $1, gen_random_uuid(), 1000 + g, 'cloud', 1, 1, case when g <= 10 then 'needs-login' else 'ok' end
   from generate_series($2::int, $3::int) g`,
  `insert into state.schedule (tenant_id, account_id, system, due_at, parked)
   select tenant_id, account_id, system, now() + interval '1 hour', false from state.account
   where tenant_id = $1 and user_id between 1000 + $2::int and 1000 + $3::int`,
  `insert into state.stream (tenant_id, account_id, kind, active, remote_due_at, poll_ms)
   select tenant_id, account_id, 'contacts', true, now(), 1 from state.account
   where tenant_id = $1 and user_id between 1000 + $2::int and 1000 + $3::int`,
  `insert into state.stream_count (tenant_id, account_id, kind)
   select tenant_id, account_id, 'contacts' from state.account
   where tenant_id = $1 and user_id between 1000 + $2::int and 1000 + $3::int`,
];

type List = readonly [path: string, name: string, length: number];

beforeAll(async () => {
  rest = await restUnderTest({}, COUNTS_BLOCKS);
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, 1));
  ({ accountId } = await rest.office.account(OURS));
  const login = new URL(rest.state.urls.state).username;
  blocksOf = await blockCounter(
    (sql, values) => rest.state.rows(sql, values),
    [login],
  );
});
afterAll(() => rest?.stop());

async function fill(from: number, to: number): Promise<void> {
  for (const sql of OF_ACCOUNT)
    await rest.state.rows(sql, [OURS, accountId, from, to]);
  for (const sql of OF_TENANT) await rest.state.rows(sql, [OURS, from, to]);
}

/** Each list from its beginning and shortly before its end. */
async function lists(): Promise<readonly List[]> {
  const place = async (what: string, table: string, order: string) => {
    const [row] = await rest.state.rows<{ place: string }>(
      `select ${what} as place from state.${table} where tenant_id = $1 order by ${order} offset 60 limit 1`,
      [OURS],
    );
    return row?.place ?? "";
  };
  const run = await place(
    "(extract(epoch from started_at) * 1000000)::bigint || '_' || run_id",
    "run",
    "started_at, run_id",
  );
  const entry = await place("entry_id", "inbox", "entry_id desc");
  const conflict = await place("conflict_id", "conflict", "conflict_id");
  const lost = await place(
    "kind || '_' || record_id",
    "link",
    "record_id desc",
  );
  const item = await place("item_id", "unlinked_item", "item_id desc");
  const account = await place("account_id", "account", "account_id desc");
  const of: readonly (readonly [string, string, string])[] = [
    ["runs?idle=false", "runs", run],
    ["set-aside?", "entries", entry],
    ["conflicts?", "conflicts", conflict],
    ["lost?stream=contacts", "items", lost],
    ["left?stream=contacts", "items", item],
  ];
  return [
    ...of.flatMap(([path, name, after]): List[] => {
      const first = `accounts/${accountId}/${path}&limit=50`;
      return [
        [first, name, 50],
        [`${first}&after=${encodeURIComponent(after)}`, name, 50],
      ];
    }),
    ["accounts?limit=50", "accounts", 50],
    [`accounts?limit=50&after=${account}`, "accounts", 50],
    ["accounts?limit=50&health=needs-login", "accounts", 10],
    ["accounts?limit=50&health=paused", "accounts", 0],
    ["accounts?limit=50&userId=1999", "accounts", 1],
  ];
}

/** What each list costs, by its path without places and ids in it. */
async function costs(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const [path, name, length] of await lists()) {
    const blocks = await blocksOf(async () => {
      const { status, body } = await rest.ask("GET", path, { token });
      expect([path, status, body[name]?.length]).toEqual([path, 200, length]);
    });
    const called = path
      .replace(/^accounts\/[^/]*\//, "")
      .replace(/after=.*/, "deep");
    found.set(called, blocks);
  }
  return found;
}

const grown = (
  few: ReadonlyMap<string, number>,
  many: ReadonlyMap<string, number>,
): string[] =>
  [...many]
    .filter(([path, blocks]) => blocks > enough(few.get(path) ?? 0))
    .map(([path, blocks]) => `${path}: ${few.get(path)} → ${blocks}`);

test("pages cost the same however many there are, and not without the indexes", async () => {
  const [few, many] = SIZES;
  await fill(1, few);
  const asNew = await costs();
  await rest.state.rows("analyze");
  const analysed = await costs();
  await fill(few + 1, many);
  expect(grown(asNew, await costs())).toEqual([]);
  await rest.state.rows("analyze");
  expect(grown(analysed, await costs())).toEqual([]);
  await rest.state.rows(
    "drop index state.run_started, state.account_health, state.account_needs_login, state.account_user",
  );
  expect(
    grown(analysed, await costs()).map((line) => line.replace(/:.*/, "")),
  ).toEqual([
    "runs?idle=false&limit=50",
    "runs?idle=false&limit=50&deep",
    "accounts?limit=50&health=needs-login",
    "accounts?limit=50&health=paused",
    "accounts?limit=50&userId=1999",
  ]);
});
