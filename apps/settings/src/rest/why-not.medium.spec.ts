import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import {
  APPOINTMENTS,
  CONTACTS,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { loginOf, OURS, THEIRS } from "../testing/rest-under-test.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];

const run = (sql: string, parameters: unknown[] = [OURS]) =>
  rest.ams.query(sql, parameters);

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create } = office);
  for (const tenant of [THEIRS, OURS]) {
    await run("select set_config('app.tenant_id', $1, false)", [tenant]);
    const [agent, user] = tenant === OURS ? [10, 17] : [50, 57];
    await run(
      `insert into ams.agent (tenant_id, agent_id, name) values ($1, 99, 'Weiß & Söhne')`,
      [tenant],
    );
    await run(
      `insert into ams.customer (tenant_id, customer_id, customer_number, kind, agent_id, first_name, last_name, name) values
         ($1, 1, 'K-1', 'private', $2, 'Jörg', 'Weiß', null), ($1, 2, 'K-2', 'commercial', 99, null, null, 'Weiß-Bäckerei'),
         ($1, 3, 'K-3', 'private', null, 'Zoë', 'Größ', null), ($1, 4, '100%', 'private', $2, 'Änne', 'Weiß', null)`,
      [tenant, agent],
    );
    await run(`insert into ams.customer_tag values ($1, 1, 1), ($1, 2, 1)`, [
      tenant,
    ]);
    await run(
      `insert into ams.company (tenant_id, company_id, name) values ($1, 1, 'Weißblau AG')`,
      [tenant],
    );
    await run(
      `insert into ams.appointment (tenant_id, appointment_id, user_id, date, reason) values
         ($1, 1, $2, '2026-11-24', 'Weiß: Beratung'), ($1, 2, $3, '2026-11-24', 'Weiß: Zahnarzt'), ($1, 3, $4, '2026-11-24', 'Weiß: fremd')`,
      [tenant, user, user - 1, user + 8],
    );
  }
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

const ALL = {
  ...CONTACTS,
  ...{ companies: true, agentId: null, tags: [], editedSince: null },
};
const why = async (
  account: { body: { accountId: string } },
  kind: string,
  recordId = "1",
  language = "de",
) => {
  const { status, body } = await ask(
    "GET",
    `accounts/${account.body.accountId}/scope?kind=${kind}&recordId=${recordId}`,
    undefined,
    { "accept-language": language },
  );
  expect(status).toBe(200);
  return body;
};
const short = async (...of: Parameters<typeof why>) => {
  const { inScope, code, firstOnly, setting } = await why(...of);
  return [inScope, code, firstOnly, setting?.pointer ?? null];
};
const SENT = [true, null, false, null];

test("tells the reason in the caller's language, and the setting that decides it", async () => {
  const made = await create({ contacts: { ...ALL, tags: ["VIP"] } });
  expect(await why(made, "customer")).toEqual({
    ...{ record: { kind: "customer", recordId: "1" }, settingsVersion: 1 },
    ...{ inScope: false, code: "tag-missing", firstOnly: false },
    message: "Der Kunde hat keines der ausgewählten Schlagworte.",
    setting: { pointer: "/contacts/tags", label: "Schlagworte" },
  });
  expect(await why(made, "customer", "1", "en")).toMatchObject({
    message: "The customer has none of the selected tags.",
    setting: { pointer: "/contacts/tags", label: "Tags" },
  });
});

test.each([
  ["customer", "1", {}, {}, SENT],
  ["company", "1", {}, {}, SENT],
  ["agent", "99", {}, {}, SENT],
  ["appointment", "1", {}, {}, SENT],
  ["customer", "404", {}, {}, [false, "unknown-record", false, null]],
  ["customer", "1", null, {}, [false, "stream-off", false, "/contacts"]],
  ["appointment", "1", {}, null, [false, "stream-off", false, "/appointments"]],
  [
    ...["company", "1", { companies: false }, {}],
    [false, "kind-off", false, "/contacts/companies"],
  ],
  [
    ...["customer", "2", { agentId: "10" }, {}],
    [false, "other-agent", false, "/contacts/agentId"],
  ],
  [
    ...["customer", "1", { editedSince: "2999-01-01" }, {}],
    [false, "not-edited-since", true, "/contacts/editedSince"],
  ],
  ["appointment", "2", {}, {}, [false, "not-own", false, null]],
] as const)(
  "judges %s %s with %j and %j",
  async (kind, id, contacts, appointments, told) => {
    const made = await create({
      contacts: contacts && { ...ALL, ...contacts },
      appointments: appointments && {
        ...{ ...APPOINTMENTS, maxAgeDays: null },
        ...appointments,
      },
    });
    expect(await short(made, kind, id)).toEqual(told);
  },
);

test("goes by ams as it is now: age, releases, the user", async () => {
  const made = await create({
    contacts: ALL,
    appointments: { ...APPOINTMENTS, maxAgeDays: 30 },
  });
  await run(`alter table ams.appointment disable trigger user`, []);
  await run(
    `update ams.appointment set last_changed = now() - interval '31 days' where tenant_id = $1`,
  );
  await run(`alter table ams.appointment enable trigger user`, []);
  expect(await short(made, "appointment")).toEqual([
    ...[false, "too-old", true, "/appointments/maxAgeDays"],
  ]);
  await run(`update ams.tenant set agent_release = true where tenant_id = $1`);
  expect(await short(made, "customer")).toEqual([
    ...[false, "agent-not-released", false, null],
  ]);
  expect(await short(made, "customer", "3")).toEqual([
    ...[false, "no-agent", false, null],
  ]);
  expect((await why(made, "customer")).setting.label).toBe(
    "in ams: Vermittlerfreischaltung",
  );
  await run(`insert into ams.agent_release values ($1, 17, 10)`);
  expect(await short(made, "customer")).toEqual(SENT);
  const other = await ask("POST", "users/16/accounts", {
    ...{ system: "cloud", serverUrl: "https://dav.example.com/" },
    ...{ username: "doris", password: "x", contacts: ALL, appointments: null },
  });
  await run(
    `update ams.user_account set active = false where tenant_id = $1 and user_id = 16`,
  );
  expect(await short(other, "customer")).toEqual([
    ...[false, "no-user", false, null],
  ]);
  await run(
    `update ams.user_account set active = true where tenant_id = $1 and user_id = 16`,
  );
  await run(`update ams.tenant set agent_release = false where tenant_id = $1`);
  await ask(
    "DELETE",
    `accounts/${made.body.accountId}?items=remove`,
    undefined,
    {
      "if-match": '"1"',
    },
  );
  expect(await short(made, "customer")).toEqual([
    ...[false, "leaving", false, "/leaving"],
  ]);
});

const found = async (query: string, login = loginOf(7)) => {
  const { status, body } = await ask("GET", `records?${query}`, undefined, {
    authorization: `Bearer ${await rest.issuer.tokenFor(login)}`,
  });
  expect(status).toBe(200);
  return body.records.map(
    ({ kind, recordId }: Record<string, string>) => `${kind} ${recordId}`,
  );
};

test("finds records by name, number and day, of those that the caller may see", async () => {
  expect(await found("search=weiß")).toEqual([
    ...["customer 1", "customer 2", "customer 4", "company 1"],
    ...["agent 10", "agent 99", "appointment 1", "appointment 2"],
  ]);
  expect(await found("search=weiß&kind=company")).toEqual(["company 1"]);
  expect(await found("search=weiß&limit=2")).toEqual([
    ...["customer 1", "customer 2"],
  ]);
  expect(await found("search=K-3")).toEqual(["customer 3"]);
  expect(await found("search=100%25")).toEqual(["customer 4"]);
  expect(await found("search=_")).toEqual([]);
  for (const day of ["2026-11-24", "24.11.2026"])
    expect(await found(`search=${day}&kind=appointment`)).toEqual([
      ...["appointment 1", "appointment 2"],
    ]);
  // Without the right to see the department's appointments.
  expect(await found("search=weiß&kind=appointment", loginOf(3))).toEqual([]);
  await run(`update ams.tenant set agent_release = true where tenant_id = $1`);
  expect(await found("search=weiß&kind=customer")).toEqual([
    ...["customer 1", "customer 4"],
  ]);
  await run(`update ams.tenant set agent_release = false where tenant_id = $1`);
});

test.each(["", "search=", "search=a&limit=51", "search=a&kind=user"])(
  "is asked for with %j in vain",
  async (query) => {
    expect((await ask("GET", `records?${query}`)).status).toBe(400);
  },
);
