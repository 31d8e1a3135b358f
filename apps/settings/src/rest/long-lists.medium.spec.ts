import { afterAll, beforeAll, expect, test } from "vitest";
import { restOffice, type RestOffice } from "../testing/rest-office.js";
import { OURS } from "../testing/rest-under-test.js";

/** A page of a brokerage with 100,000 users costs what one with 1,000 does, with and without statistics. */

const SIZES = [1_000, 100_000] as const;
/** Ten times what a page takes on an idle machine. */
const SLOW_MS = 250;
/** A part of a name has to be looked for in all of them; on an idle machine that takes a tenth, too. */
const SEARCH_MS = 1_500;

let office: RestOffice;
beforeAll(async () => {
  office = await restOffice();
  await office.create();
});
afterAll(() => office?.rest.stop());

const USERS = `insert into ams.user_account (tenant_id, user_id, login, first_name, last_name)
  select $1, g, 'u' || g, 'Vorname' || g, 'Nachname' || g from generate_series($2::int, $3::int) g`;
const ACCOUNTS = [
  `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, contacts, version)
   select $1, gen_random_uuid(), g, 'cloud', 'https://dav.example/', 'u' || g, 'ams-wins', '{}', 1
   from generate_series($2::int, $3::int) g`,
  `insert into settings.credential (tenant_id, account_id, sealed)
   select tenant_id, account_id, 'x' from settings.account where tenant_id = $1 and user_id between $2 and $3`,
  `insert into settings.audit_entry (tenant_id, by_name, account_id, user_id, action, changes)
   select tenant_id, 'Jemand', account_id, user_id, 'changed', '[]' from settings.account
   where tenant_id = $1 and user_id between $2 and $3`,
];

/** Users and accounts up to this number. */
async function fill(from: number, to: number): Promise<void> {
  const { ams, owner } = office.rest;
  await ams.query("select set_config('app.tenant_id', $1, false)", [OURS]);
  const which = [OURS, 1_000 + from, 1_000 + to];
  await ams.query(USERS, which);
  for (const sql of ACCOUNTS) await owner.query(sql, which);
}

const LISTS: readonly (readonly [string, string, number, number])[] = [
  ["accounts?limit=50", "accounts", 50, SLOW_MS],
  ["accounts?limit=50&system=cloud", "accounts", 50, SLOW_MS],
  ["accounts?limit=50&system=tobit", "accounts", 0, SLOW_MS],
  ["accounts?limit=50&userId=1999", "accounts", 1, SLOW_MS],
  ["users?limit=50", "users", 50, SLOW_MS],
  ["users?limit=50&search=nachname1999", "users", 1, SEARCH_MS],
  ["users?limit=50&search=niemand", "users", 0, SEARCH_MS],
  ["audit?limit=50", "entries", 50, SLOW_MS],
  ["audit?limit=50&userId=1999", "entries", 1, SLOW_MS],
  ["users/17", "accounts", 1, SLOW_MS],
];

/** The fastest of some: the machine has other things to do. */
async function fastest(path: string, name: string, length: number) {
  const times: number[] = [];
  for (let time = 0; time < 4; time += 1) {
    const begun = performance.now();
    const { status, body } = await office.ask("GET", path);
    times.push(performance.now() - begun);
    // Of larger brokerages a search finds more than the one.
    expect([path, status, Math.min(body[name].length, 50)]).toEqual([
      ...[
        path,
        200,
        name === "users" && length === 1 ? expect.any(Number) : length,
      ],
    ]);
  }
  return Math.min(...times);
}

test("pages cost the same however many there are", async () => {
  let filled = 0;
  const report: string[] = [];
  for (const size of SIZES)
    for (const analysed of [false, true]) {
      if (size > filled) await fill(filled + 1, size);
      filled = size;
      if (analysed) {
        await office.rest.owner.query("analyze");
        await office.rest.ams.query("analyze");
      }
      for (const [path, name, length, most] of LISTS) {
        const ms = await fastest(path, name, length);
        if (ms > most) report.push(`${size} ${analysed} ${path}: ${ms} ms`);
      }
    }
  expect(report).toEqual([]);
}, 180_000);
