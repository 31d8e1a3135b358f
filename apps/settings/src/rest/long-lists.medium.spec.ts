import { blockCounter, COUNTS_BLOCKS } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { restOffice, type RestOffice } from "../testing/rest-office.js";
import { OURS, THEIRS } from "../testing/rest-under-test.js";

/** A page of a brokerage with 20,000 users looks at as many blocks as one of 2,000, the first and the last, with and without statistics. */

const SIZES = [2_000, 20_000] as const;
/** An index may be a level deeper, and rows of a page in fewer blocks where there are few. Reading all would be ten times as much. */
const enough = (blocks: number): number => blocks * 2 + 20;

let office: RestOffice;
let blocksOf: Awaited<ReturnType<typeof blockCounter>>;
beforeAll(async () => {
  office = await restOffice(COUNTS_BLOCKS);
  await office.create();
  blocksOf = await blockCounter(
    async (sql, values) => (await office.rest.owner.query(sql, values)).rows,
    ["settings_login", "console_login"],
  );
  await fill(1, SIZES[0]);
});
afterAll(() => office?.rest.stop());

const USERS = `insert into ams.user_account (tenant_id, user_id, login, first_name, last_name)
  select $1, g, 'u' || g, 'Vorname' || g, 'Nachname' || g from generate_series($2::int, $3::int) g`;
const ACCOUNTS = [
  `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, contacts, version)
   select $1, gen_random_uuid(), g, 'cloud', 'https://dav.example/', 'u' || g, 'ams-wins', '{}', 1
   from generate_series($2::int, $3::int) g`,
  `insert into settings.audit_entry (tenant_id, by_name, account_id, user_id, action, changes)
   select tenant_id, 'Jemand', account_id, user_id, 'changed', '[]' from settings.account
   where tenant_id = $1 and user_id between $2 and $3`,
];

async function addUsers(tenantId: string, from: number, to: number) {
  const { ams } = office.rest;
  await ams.query("select set_config('app.tenant_id', $1, false)", [tenantId]);
  await ams.query(USERS, [tenantId, 1_000 + from, 1_000 + to]);
}

/** Users, with an account each, up to this number. */
async function fill(from: number, to: number): Promise<void> {
  await addUsers(OURS, from, to);
  for (const sql of ACCOUNTS)
    await office.rest.owner.query(sql, [OURS, 1_000 + from, 1_000 + to]);
}

const analyse = async () => {
  await office.rest.owner.query("analyze");
  await office.rest.ams.query("analyze");
};

type List = readonly [path: string, name: string, length: number];

const LISTS: readonly List[] = [
  ["accounts?limit=50", "accounts", 50],
  ["accounts?limit=50&system=cloud", "accounts", 50],
  ["accounts?limit=50&system=tobit", "accounts", 0],
  ["accounts?limit=50&userId=1999", "accounts", 1],
  ["users?limit=50", "users", 50],
  ["audit?limit=50", "entries", 50],
  ["audit?limit=50&userId=1999", "entries", 1],
  ["users/1017", "accounts", 1],
];

/** The same lists shortly before their end. */
async function deepPages(): Promise<readonly List[]> {
  const placeOf = async (column: string, table: string, order = "") => {
    const { rows } = await office.rest.owner.query(
      `select ${column} as place from settings.${table} where tenant_id = $1
       order by ${column} ${order} offset 60 limit 1`,
      [OURS],
    );
    return String(rows[0].place);
  };
  const account = await placeOf("account_id", "account", "desc");
  const user = await placeOf("user_id", "account", "desc");
  const entry = await placeOf("entry_id", "audit_entry");
  return [
    [`accounts?limit=50&after=${account}`, "accounts", 50],
    [`accounts?limit=50&system=cloud&after=${account}`, "accounts", 50],
    [`users?limit=50&after=${user}`, "users", 50],
    [`audit?limit=50&after=${entry}`, "entries", 50],
  ];
}

const costOf = ([path, name, length]: List): Promise<number> =>
  blocksOf(async () => {
    const { status, body } = await office.ask("GET", path);
    expect([path, status, body[name]?.length]).toEqual([path, 200, length]);
  });

/** What each list costs, by its path without the place in it. */
async function costs(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const list of [...LISTS, ...(await deepPages())])
    found.set(list[0].replace(/after=.*/, "deep"), await costOf(list));
  return found;
}

const grown = (
  few: ReadonlyMap<string, number>,
  many: ReadonlyMap<string, number>,
): string[] =>
  [...many]
    .filter(([path, blocks]) => blocks > enough(few.get(path) ?? 0))
    .map(([path, blocks]) => `${path}: ${few.get(path)} → ${blocks}`);

test.each([false, true])(
  "a user is looked for by a part of the name among those of the brokerage, however many others have (statistics: %s)",
  async (analysed) => {
    const searches: readonly List[] = [
      ["users?limit=50&search=ACHNAME1999", "users", 1],
      ["users?limit=50&search=niemand", "users", 0],
    ];
    if (analysed) await analyse();
    const alone = [];
    for (const search of searches) alone.push(await costOf(search));
    await addUsers(THEIRS, analysed ? 20_001 : 1, analysed ? 40_000 : 20_000);
    if (analysed) await analyse();
    for (const [at, search] of searches.entries())
      expect(await costOf(search)).toBeLessThan(enough(alone[at] ?? 0));
  },
);

test("pages cost the same however many there are, and not without the indexes", async () => {
  const [few, many] = SIZES;
  const asNew = await costs();
  await analyse();
  const analysed = await costs();
  await fill(few + 1, many);
  expect(grown(asNew, await costs())).toEqual([]);
  await analyse();
  expect(grown(analysed, await costs())).toEqual([]);
  await office.rest.owner.query(
    "drop index settings.account_system, settings.account_user, settings.audit_entry_user, settings.account_contacts_target",
  );
  expect(
    grown(analysed, await costs()).map((line) => line.replace(/:.*/, "")),
  ).toEqual([
    "accounts?limit=50&system=tobit",
    "accounts?limit=50&userId=1999",
    "audit?limit=50&userId=1999",
    "users/1017",
  ]);
});
