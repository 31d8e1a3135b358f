import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import {
  APPOINTMENTS,
  CONTACTS,
  LOGIN,
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { OURS, SECRET } from "../testing/rest-under-test.js";

let office: RestOffice;
let rest: RestOffice["rest"];
let ask: RestOffice["ask"];
let create: RestOffice["create"];
let change: RestOffice["change"];
let count: RestOffice["count"];

beforeAll(async () => {
  office = await restOffice();
  ({ rest, ask, create, change, count } = office);
});
afterAll(() => office?.rest.stop());
beforeEach(() => office.anew());

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
    const first = await create();
    const second = await create({ contacts: null });
    expect(second.body).toMatchObject({
      ...{ accountId: first.body.accountId, system: "cloud" },
    });
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
    expect(pointersOf(refused)).toEqual(["/system connector-missing"]);
    const { body } = await ask("GET", "users/17");
    expect(body.systems).toEqual([
      { system: "cloud", available: true },
      { system: "outlook", available: true },
      { system: "tobit", available: false },
      { system: "google", available: false },
    ]);
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
    expect(pointersOf(await outlook("13", ["17"]))).toEqual([
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

  test("who was chosen while that was so is no reason against saving, and nobody is added", async () => {
    const made = await outlook("14", ["14", "17"]);
    await rest.owner.query(
      `update settings.account set appointments = jsonb_set(appointments, '{ownerIds}', '["14", "25"]')`,
    );
    const choose = (owners: string[]) =>
      change(made, {
        appointments: { ...made.body.appointments, owners },
      });
    expect(pointersOf(await choose(["14", "25", "30"]))).toEqual([
      "/appointments/owners/2 not-same-department",
    ]);
    const saved = await choose(["14", "25"]);
    expect([saved.status, saved.body.appointments.owners]).toEqual([
      200,
      ["14", "25"],
    ]);
  });

  test("and the same department", async () => {
    expect(pointersOf(await outlook("14", ["14", "25", "30", "57"]))).toEqual([
      "/appointments/owners/1 not-same-department",
      "/appointments/owners/2 not-same-department",
      "/appointments/owners/3 not-same-department",
    ]);
    const { body } = await ask("GET", "users/14");
    expect(body.mayChooseOthers).toBe(true);
    expect(body.colleagues).toHaveLength(7);
  });
});

test("of a brokerage that was erased is not made", async () => {
  await rest.owner.query(
    `insert into settings.erased_tenant values ('${OURS}')`,
  );
  try {
    const refused = await create();
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toMatch(/gelöscht|erased/);
    expect(await count("account")).toBe(0);
  } finally {
    await rest.owner.query("delete from settings.erased_tenant");
  }
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
