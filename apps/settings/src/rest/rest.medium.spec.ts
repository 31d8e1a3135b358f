import { LoginFailure_Kind as Kind } from "@ams-sync/contracts";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import { AuditRetention } from "../audit/retention.js";
import { asking, type Asked } from "../testing/ask.js";
import {
  BOSS,
  good,
  restUnderTest,
  SECRET,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

const LOGIN = {
  system: "cloud",
  serverUrl: "https://dav.example.com/",
  username: "jürgen",
  password: SECRET,
};
const CONTACTS = {
  ...{ customers: true, companies: false, agents: true, birthday: true },
  ...{ agentId: "10", tags: ["Großkunde"], editedSince: "2024-02-29" },
  container: "/jürgen/privat/",
};
const APPOINTMENTS = { maxAgeDays: 30, editedSince: null, container: null };

let rest: RestUnderTest;
let raw: Awaited<ReturnType<typeof asking>>["ask"];
let token: string;

beforeAll(async () => {
  rest = await restUnderTest();
  ({ ask: raw } = await asking(rest));
  token = await rest.issuer.tokenFor(BOSS.login);
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  await rest.owner.query(
    "delete from settings.login_try; delete from settings.account; delete from settings.audit_entry; delete from settings.audited_tenant",
  );
  rest.connector.asked = [];
  rest.connector.answer = good();
  rest.connector.down = false;
});

const ask = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Asked> => raw(method, path, { token, body, headers });

const create = (more: object = {}): Promise<Asked> =>
  ask("POST", `users/${BOSS.userId}/accounts`, {
    ...LOGIN,
    ...{ contacts: CONTACTS, appointments: APPOINTMENTS },
    ...more,
  });
const change = (
  account: Asked,
  more: object,
  etag?: string,
): Promise<Asked> => {
  const { contacts, appointments, serverUrl, username, policy } = account.body;
  return ask(
    "PUT",
    `accounts/${account.body.accountId}`,
    { contacts, appointments, serverUrl, username, policy, ...more },
    { "if-match": etag ?? account.headers.get("etag") ?? "" },
  );
};
const count = async (table: string): Promise<number> =>
  Number(
    (await rest.owner.query(`select count(*) from settings.${table}`)).rows[0]
      .count,
  );
const pointers = ({ body }: Asked): string[] =>
  (body.errors ?? []).map(
    ({ pointer, code }: { pointer: string; code: string }) =>
      `${pointer} ${code}`,
  );

describe("an account", () => {
  test("is made, read, listed and changed, whole", async () => {
    const made = await create();
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      ...{ userId: "17", system: "cloud", version: 1, hasPassword: true },
      ...{ policy: "ams-wins", contacts: CONTACTS, appointments: APPOINTMENTS },
    });
    expect(made.headers.get("location")).toBe(
      `/api/v1/settings/accounts/${made.body.accountId}`,
    );
    const read = await ask("GET", `accounts/${made.body.accountId}`);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get("etag")).toBe('"1"');
    const changed = await change(made, {
      policy: "remote-wins",
      contacts: null,
    });
    expect(changed.body).toMatchObject({
      version: 2,
      policy: "remote-wins",
      contacts: null,
    });
    expect((await ask("GET", "accounts?userId=17")).body).toEqual({
      accounts: [changed.body],
      next: null,
    });
    expect((await ask("GET", "accounts?userId=16")).body.accounts).toEqual([]);
  });

  test("pages on the server", async () => {
    for (const user of ["11", "12", "13"])
      await ask("POST", `users/${user}/accounts`, {
        ...LOGIN,
        ...{ contacts: null, appointments: null, username: `u${user}` },
      });
    const seen: string[] = [];
    for (let after = ""; after !== "-";) {
      const { body } = await ask("GET", `accounts?limit=2${after}`);
      seen.push(
        ...body.accounts.map(({ userId }: { userId: string }) => userId),
      );
      after = body.next === null ? "-" : `&after=${body.next}`;
    }
    expect(seen.toSorted()).toEqual(["11", "12", "13"]);
  });

  test("cannot be saved over somebody else's change, nor without knowing", async () => {
    const made = await create();
    const first = await change(made, { policy: "remote-wins" });
    expect(first.status).toBe(200);
    const late = await change(made, { policy: "ams-wins" });
    expect([late.status, late.body.type]).toEqual([
      412,
      "urn:ams-sync:problem:version-moved",
    ]);
    for (const etag of ["1", "*", 'W/"2"', '"02"', '"x"'])
      expect((await change(made, {}, etag)).status).toBe(412);
    const { contacts, appointments, serverUrl, username, policy } = made.body;
    const blind = await ask("PUT", `accounts/${made.body.accountId}`, {
      ...{ contacts, appointments, serverUrl, username, policy },
    });
    expect(blind.status).toBe(428);
    expect((await ask("GET", `accounts/${made.body.accountId}`)).body).toEqual(
      first.body,
    );
  });

  test("is the only one that a user sends a kind to (R06-R08)", async () => {
    await create();
    const second = await create({ contacts: null });
    expect([second.status, second.body.type]).toEqual([
      409,
      "urn:ams-sync:problem:target-taken",
    ]);
    expect((await create({ contacts: null, appointments: null })).status).toBe(
      201,
    );
  });

  test("of a system without a connector cannot be made", async () => {
    const refused = await create({ system: "google" });
    expect(pointers(refused)).toEqual(["/system connector-missing"]);
    const { body } = await ask("GET", "users/17");
    expect(body.systems).toEqual([
      { system: "cloud", available: true },
      { system: "outlook", available: true },
      { system: "tobit", available: false },
      { system: "google", available: false },
    ]);
  });
});

describe("bad input gets a message at its field and changes nothing", () => {
  test.each<[string, object, string[]]>([
    [
      "nothing chosen",
      { contacts: { ...CONTACTS, customers: false, agents: false } },
      ["/contacts kind-missing"],
    ],
    [
      "days below zero",
      { appointments: { ...APPOINTMENTS, maxAgeDays: -1 } },
      ["/appointments/maxAgeDays too-small"],
    ],
    [
      "days and a half",
      { appointments: { ...APPOINTMENTS, maxAgeDays: 1.5 } },
      ["/appointments/maxAgeDays wrong-type"],
    ],
    [
      "a day that there is not",
      { contacts: { ...CONTACTS, editedSince: "2023-02-29" } },
      ["/contacts/editedSince not-a-date"],
    ],
    [
      "a German date",
      { contacts: { ...CONTACTS, editedSince: "29.02.2024" } },
      ["/contacts/editedSince not-a-date"],
    ],
    [
      "an empty tag",
      { contacts: { ...CONTACTS, tags: ["ok", " "] } },
      ["/contacts/tags/1 too-short"],
    ],
    [
      "a tag twice",
      { contacts: { ...CONTACTS, tags: ["VIP", "vip"] } },
      ["/contacts/tags duplicate"],
    ],
    [
      "too many tags",
      {
        contacts: {
          ...CONTACTS,
          tags: Array.from({ length: 201 }, (_one, n) => `t${n}`),
        },
      },
      ["/contacts/tags too-long"],
    ],
    [
      "another host as a folder",
      { contacts: { ...CONTACTS, container: "//evil.example/" } },
      ["/contacts/container not-a-path"],
    ],
    [
      "an agent whom ams does not know",
      { contacts: { ...CONTACTS, agentId: "4711" } },
      ["/contacts/agentId unknown-agent"],
    ],
    [
      "another brokerage's agent",
      { contacts: { ...CONTACTS, agentId: "50" } },
      ["/contacts/agentId unknown-agent"],
    ],
    [
      "a folder that is not there",
      { contacts: { ...CONTACTS, container: "/jürgen/weg/" } },
      ["/contacts/container not-there"],
    ],
    ["an unknown option", { farbe: "blau" }, ["/farbe unknown-key"]],
    [
      "an unknown option below",
      { contacts: { ...CONTACTS, "a/b~c": 1 } },
      ["/contacts/a~1b~0c unknown-key"],
    ],
    [
      "a policy that there is not",
      { policy: "beide" },
      ["/policy not-allowed"],
    ],
    ["a system that there is not", { system: "icq" }, ["/system not-allowed"]],
    [
      "Outlook's folders in the cloud",
      { contacts: { ...CONTACTS, folders: { companies: null, agents: null } } },
      ["/contacts/folders unknown-key"],
    ],
    [
      "others' appointments in the cloud",
      { appointments: { ...APPOINTMENTS, owners: ["16"] } },
      ["/appointments/owners unknown-key"],
    ],
    ["no password", { password: "" }, ["/password too-short"]],
    ["no user name", { username: undefined }, ["/username required"]],
    ["a user name with a colon", { username: "a:b" }, ["/username has-colon"]],
    ["no address", { serverUrl: undefined }, ["/serverUrl required"]],
    ["no URL", { serverUrl: "dav.example.com" }, ["/serverUrl not-a-url"]],
    [
      "another protocol",
      { serverUrl: "ftp://dav.example.com/" },
      ["/serverUrl not-a-url"],
    ],
    [
      "readable on the way",
      { serverUrl: "http://dav.example.com/" },
      ["/serverUrl not-https"],
    ],
    [
      "a login in the address",
      { serverUrl: "https://a:b@dav.example.com/" },
      ["/serverUrl has-login"],
    ],
    [
      "several at once",
      { username: "", policy: "x", contacts: { ...CONTACTS, birthday: "ja" } },
      [
        "/username too-short",
        "/policy not-allowed",
        "/contacts/birthday wrong-type",
      ],
    ],
  ])("%s", async (_what, more, expected) => {
    const german = await create(more);
    expect(german.status).toBe(422);
    expect(pointers(german).toSorted()).toEqual(expected.toSorted());
    const english = await ask(
      "POST",
      "users/17/accounts",
      { ...LOGIN, contacts: CONTACTS, appointments: APPOINTMENTS, ...more },
      { "accept-language": "en-GB,en;q=0.9,de;q=0.1" },
    );
    expect(pointers(english)).toEqual(pointers(german));
    expect(english.headers.get("content-language")).toBe("en");
    for (const [index, { detail }] of german.body.errors.entries())
      expect(detail).not.toBe(english.body.errors[index].detail);
    expect(german.text).not.toContain(SECRET);
    expect(await count("account")).toBe(0);
    expect(await count("audit_entry")).toBe(0);
  });

  test.each([
    ["127.0.0.1", "inner-address"],
    ["2130706433", "inner-address"],
    ["0x7f.1", "inner-address"],
    ["0177.0.0.1", "inner-address"],
    ["[::1]", "inner-address"],
    ["[::ffff:10.0.0.1]", "inner-address"],
    ["169.254.169.254", "inner-address"],
    ["10.1.2.3:8443", "inner-address"],
    ["localhost", "inner-address"],
    ["state", "inner-address"],
    ["metadata.google.internal", "inner-address"],
    ["dav.example.com:25", "other-port"],
  ])(
    "https://%s/ is refused at the field, and nobody is asked",
    async (host, code) => {
      const refused = await create({ serverUrl: `https://${host}/` });
      expect(pointers(refused)).toEqual([`/serverUrl ${code}`]);
      const checked = await ask("POST", "logins/check", {
        ...LOGIN,
        serverUrl: `https://${host}/`,
      });
      expect(pointers(checked)).toEqual([`/serverUrl ${code}`]);
      expect(rest.connector.asked).toEqual([]);
    },
  );

  test("what the hoster opened passes", async () => {
    expect(
      (
        await create({
          serverUrl: "https://dav.intern.example/",
          contacts: null,
        })
      ).status,
    ).toBe(201);
  });

  test("no JSON, too much of it, another media type", async () => {
    const send = (body: string, type = "application/json") =>
      ask("POST", "logins/check", body, { "content-type": type });
    expect((await send("{")).status).toBe(400);
    expect((await send(`"${"x".repeat(300_000)}"`)).status).toBe(413);
    expect((await send("<a/>", "application/xml")).status).toBe(415);
    expect((await send("[]")).status).toBe(422);
    expect((await send('{"__proto__":{"hoster":true}}')).status).not.toBe(500);
  });

  test("bad questions and unknown things", async () => {
    expect((await ask("GET", "accounts?limit=0")).status).toBe(400);
    expect((await ask("GET", "accounts?limit=201")).status).toBe(400);
    expect((await ask("GET", "accounts/keine-uuid")).status).toBe(404);
    expect((await ask("GET", "users/abc")).status).toBe(404);
    expect((await ask("GET", "users/50")).status).toBe(404);
    expect((await ask("GET", "gibt/es/nicht")).status).toBe(404);
    expect((await ask("DELETE", "accounts")).status).toBe(404);
  });
});

describe("others' appointments (R14, R15)", () => {
  const outlook = (userId: string, owners: string[]) =>
    ask("POST", `users/${userId}/accounts`, {
      ...{
        system: "outlook",
        username: "jürgen@example.com",
        password: SECRET,
      },
      contacts: {
        ...CONTACTS,
        folders: { companies: "/jürgen/privat/", agents: null },
      },
      appointments: { ...APPOINTMENTS, owners },
    });

  test("need the right of the user whose account it is", async () => {
    expect(pointers(await outlook("13", ["17"]))).toEqual([
      "/appointments/owners right-missing",
    ]);
    expect((await outlook("13", ["13"])).status).toBe(201);
    const made = await outlook("14", ["14", "17"]);
    expect(made.body.appointments.owners).toEqual(["14", "17"]);
    expect(made.body.contacts.folders).toEqual({
      companies: "/jürgen/privat/",
      agents: null,
    });
    expect(made.body.serverUrl).toBe("https://graph.microsoft.com/");
  });

  test("and the same department", async () => {
    expect(pointers(await outlook("14", ["14", "25", "30", "57"]))).toEqual([
      "/appointments/owners/1 not-same-department",
      "/appointments/owners/2 not-same-department",
      "/appointments/owners/3 not-same-department",
    ]);
    const { body } = await ask("GET", "users/14");
    expect(body.mayChooseOthers).toBe(true);
    expect(body.colleagues).toHaveLength(7);
  });
});

describe("logins (R39)", () => {
  test.each([
    [Kind.WRONG_LOGIN, "wrong-login", "/password"],
    [Kind.UNREACHABLE, "unreachable", "/serverUrl"],
    [Kind.NOT_DAV, "not-dav", "/serverUrl"],
    [Kind.CERTIFICATE, "certificate", "/serverUrl"],
    [Kind.ADDRESS_REFUSED, "address-refused", "/serverUrl"],
    [Kind.SERVER_BUSY, "server-busy", "/serverUrl"],
  ])("%s: nothing is stored", async (kind, failure, pointer) => {
    rest.connector.answer = {
      failure: { kind, message: `for support, with ${SECRET}` },
      offers: [],
    };
    const refused = await create();
    expect([refused.status, refused.body.failure]).toEqual([422, failure]);
    expect(pointers(refused)).toEqual([`${pointer} ${failure}`]);
    expect(refused.text).not.toContain(SECRET);
    for (const table of [
      "account",
      "credential",
      "audit_entry",
      "announcement",
    ])
      expect([table, await count(table)]).toEqual([table, 0]);
  });

  test("a connector that is away or fails is told, and nothing is stored", async () => {
    rest.connector.down = true;
    const refused = await create();
    expect([refused.status, refused.body.type]).toEqual([
      503,
      "urn:ams-sync:problem:connector-away",
    ]);
    expect(refused.text).not.toContain(SECRET);
    expect(await count("account")).toBe(0);
  });

  test("a stored password never goes to another address or name", async () => {
    const made = await create();
    rest.connector.asked = [];
    for (const more of [
      { serverUrl: "https://evil.example/" },
      { username: "anderer" },
    ])
      expect(pointers(await change(made, more))).toEqual([
        "/password password-missing",
      ]);
    expect(rest.connector.asked).toEqual([]);
    const moved = await change(made, {
      serverUrl: "https://neu.example/",
      password: "Neu-1",
    });
    expect(moved.status).toBe(200);
    expect(rest.connector.asked).toEqual([
      {
        serverUrl: "https://neu.example/",
        username: "jürgen",
        password: "Neu-1",
      },
    ]);
  });

  test("options alone ask no server; a new password does", async () => {
    const made = await create();
    rest.connector.asked = [];
    const changed = await change(made, { policy: "remote-wins" });
    expect(rest.connector.asked).toEqual([]);
    rest.connector.answer = {
      failure: { kind: Kind.WRONG_LOGIN, message: "" },
      offers: [],
    };
    const path = `accounts/${made.body.accountId}/credential`;
    const renew = (etag: string) =>
      ask("PUT", path, { password: "Neu-2" }, { "if-match": etag });
    expect((await renew('"2"')).status).toBe(422);
    rest.connector.answer = good();
    expect((await renew('"1"')).status).toBe(412);
    const renewed = await renew('"2"');
    expect(renewed.body).toEqual({ ...changed.body, version: 3 });
  });

  test("what is stored is tried and listed live", async () => {
    const { body } = await create();
    const checked = await ask("POST", `accounts/${body.accountId}/check`);
    expect(checked.body).toEqual({ contacts: true, appointments: true });
    expect(rest.connector.asked.at(-1)?.password).toBe(SECRET);
    const listed = await ask(
      "GET",
      `accounts/${body.accountId}/containers?stream=contacts`,
    );
    expect(listed.body.containers).toEqual([
      {
        address: "/jürgen/privat/",
        name: "Privat",
        own: false,
        writable: true,
      },
    ]);
  });

  test("guessing ends after five wrong passwords, for every replica and person", async () => {
    const guess = (password: string) =>
      ask("POST", "logins/check", { ...LOGIN, password });
    rest.connector.answer = {
      failure: { kind: Kind.WRONG_LOGIN, message: "" },
      offers: [],
    };
    for (let n = 0; n < 5; n += 1)
      expect((await guess(`geraten-${n}`)).status).toBe(422);
    // The right one does not help any more, neither by another path nor by another spelling.
    rest.connector.answer = good();
    const asked = rest.connector.asked.length;
    for (const more of [
      {},
      { serverUrl: "https://DAV.example.com/anders/" },
      { username: " JÜRGEN " },
    ]) {
      const late = await ask("POST", "logins/check", { ...LOGIN, ...more });
      expect(late.status).toBe(429);
      expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(600);
    }
    expect((await create()).status).toBe(429);
    expect(rest.connector.asked).toHaveLength(asked);
    expect(
      (await ask("POST", "logins/check", { ...LOGIN, username: "andere" }))
        .status,
    ).toBe(200);
  });

  test("what says nothing of the password neither counts nor clears", async () => {
    const answers = (kind: Kind) => {
      rest.connector.answer = { failure: { kind, message: "" }, offers: [] };
    };
    for (const kind of [
      ...[Kind.WRONG_LOGIN, Kind.WRONG_LOGIN, Kind.WRONG_LOGIN],
      ...[Kind.WRONG_LOGIN, Kind.NOT_DAV, Kind.NOT_DAV, Kind.WRONG_LOGIN],
    ]) {
      answers(kind);
      expect((await ask("POST", "logins/check", LOGIN)).status).toBe(422);
    }
    expect((await ask("POST", "logins/check", LOGIN)).status).toBe(429);
  });

  test("one person cannot try the world", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1)
      statuses.push(
        (await ask("POST", "logins/check", { ...LOGIN, username: `u${n}` }))
          .status,
      );
    expect(statuses.lastIndexOf(200)).toBe(19);
    expect(statuses[20]).toBe(429);
  });
});

describe("the audit trail", () => {
  test("says who changed what from what to what, and no password", async () => {
    const made = await create();
    await change(made, {
      policy: "remote-wins",
      contacts: { ...CONTACTS, tags: ["VIP"] },
      password: "Neu-3",
    });
    const { body, text } = await ask(
      "GET",
      `audit?accountId=${made.body.accountId}`,
    );
    expect(body.entries).toHaveLength(2);
    expect(body.entries[0]).toMatchObject({
      by: { userId: "17", name: "Jürgen mit7" },
      ...{ userId: "17", action: "changed" },
      changes: [
        { pointer: "/policy", from: "ams-wins", to: "remote-wins" },
        { pointer: "/contacts/tags", from: ["Großkunde"], to: ["VIP"] },
        { pointer: "/password", from: null, to: null },
      ],
    });
    expect(body.entries[1].action).toBe("created");
    expect(text).not.toMatch(/Geheim|Neu-3/);
    const dump = await rest.owner.query(
      "select (select jsonb_agg(t) from settings.audit_entry t) as a, (select jsonb_agg(t) from settings.credential t) as c, (select jsonb_agg(t) from settings.login_try t) as l",
    );
    expect(JSON.stringify(dump.rows)).not.toMatch(/Geheim|Neu-3/);
  });

  test("is forgotten after its days, and nothing younger", async () => {
    await create();
    await create({ contacts: null, appointments: null });
    await rest.owner.query(
      "update settings.audit_entry set at = at - interval '91 days' where entry_id = (select min(entry_id) from settings.audit_entry); update settings.audited_tenant set oldest_at = oldest_at - interval '91 days'",
    );
    await new AuditRetention(rest.dataSource, 90).sweep();
    expect(await count("audit_entry")).toBe(1);
    await new AuditRetention(rest.dataSource, 90).sweep();
    expect(await count("audit_entry")).toBe(1);
    expect(await count("audited_tenant")).toBe(1);
  });

  test("is another tenant's to nobody, by the service's own role", async () => {
    await create();
    const seen = async (tenant: string) =>
      rest.dataSource.transaction(async (manager) => {
        await manager.query("select set_config('app.tenant_id', $1, true)", [
          tenant,
        ]);
        const [row] = await manager.query(
          "select count(*)::int as n from settings.audit_entry",
        );
        return row.n;
      });
    expect(await seen("5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00")).toBe(1);
    expect(await seen("6c1f7d2f-8b63-4c9f-8e6d-1b5f4d3c2e11")).toBe(0);
    expect(await seen("")).toBe(0);
  });
});

test("answers carry the headers that keep browsers safe", async () => {
  const { headers } = await ask("GET", "me");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none';frame-ancestors 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("strict-transport-security")).toMatch(/max-age/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(headers.get("x-powered-by")).toBeNull();
});
