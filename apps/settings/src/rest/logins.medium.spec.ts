import { LoginFailure_Kind as Kind } from "@ams-sync/contracts";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from "vitest";
import {
  pointersOf,
  restOffice,
  type RestOffice,
} from "../testing/rest-office.js";
import { good, SECRET } from "../testing/rest-under-test.js";

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

describe("logins (R39)", () => {
  test.each([
    [Kind.WRONG_LOGIN, "wrong-login", "/password"],
    [Kind.UNREACHABLE, "unreachable", "/serverUrl"],
    [Kind.NOT_DAV, "not-dav", "/serverUrl"],
    [Kind.CERTIFICATE, "certificate", "/serverUrl"],
    [Kind.ADDRESS_REFUSED, "address-refused", "/serverUrl"],
    [Kind.SERVER_BUSY, "server-busy", "/serverUrl"],
    [Kind.OTHER_ADDRESS, "other-address", "/serverUrl"],
    [Kind.WRONG_APP, "wrong-app", "/password"],
    [Kind.WRONG_DIRECTORY, "wrong-directory", "/password"],
    [Kind.NO_CONSENT, "no-consent", "/password"],
    [Kind.NO_MAILBOX, "no-mailbox", "/username"],
  ])("%s: nothing is stored", async (kind, failure, pointer) => {
    rest.connector.answer = {
      failure: {
        kind,
        message: `for support, with ${SECRET}`,
        address: "https://dav.andere.example/",
      },
      offers: [],
    };
    const refused = await create();
    expect([refused.status, refused.body.failure]).toEqual([422, failure]);
    expect(pointersOf(refused)).toEqual([`${pointer} ${failure}`]);
    expect(refused.text.includes("https://dav.andere.example/")).toBe(
      kind === Kind.OTHER_ADDRESS,
    );
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
      expect(pointersOf(await change(made, more))).toEqual([
        "/password password-missing",
      ]);
    expect(rest.connector.asked).toEqual([]);
    const moved = await change(made, {
      serverUrl: "https://neu.example/",
      password: "Neu-1",
      previous: "leave",
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
      failure: { kind: Kind.WRONG_LOGIN, message: "", address: "" },
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

  test("a stored password goes to the address that it was entered for, also while that is changed", async () => {
    const { body } = await create();
    const { owner, connector } = rest;
    await owner.query("begin; lock table settings.credential");
    const checking = ask("POST", `accounts/${body.accountId}/check`);
    await vi.waitFor(async () => {
      const { rows } = await owner.query(
        "select 1 from pg_locks where not granted",
      );
      expect(rows).toHaveLength(1);
    });
    await owner.query(
      "update settings.account set server_url = 'https://neu.example/', username = 'neu', version = 2; commit",
    );
    expect((await checking).status).toBe(200);
    expect(connector.asked.at(-1)).toEqual({
      serverUrl: "https://neu.example/",
      username: "neu",
      password: SECRET,
    });
  });

  test("a new password is taken whatever is wrong with the options by now", async () => {
    const { body } = await create();
    await rest.owner.query(
      `update settings.account set contacts = contacts || '{"agentId": "4711", "customers": false, "agents": false}'`,
    );
    const path = `accounts/${body.accountId}`;
    const before = (await ask("GET", path)).body;
    for (const offer of rest.connector.answer.offers) offer.containers = [];
    const renewed = await ask(
      "PUT",
      `${path}/credential`,
      { password: "Neu-4" },
      { "if-match": '"1"' },
    );
    expect(renewed.status).toBe(200);
    expect(renewed.body).toEqual({ ...before, version: 2 });
    expect(renewed.headers.get("etag")).toBe('"2"');
    await ask("POST", `${path}/check`);
    expect(rest.connector.asked.map(({ password }) => password)).toEqual([
      ...[SECRET, "Neu-4", "Neu-4"],
    ]);
    const { rows } = await rest.owner.query(
      "select version, credential_changed, moved_streams from settings.announcement",
    );
    expect(rows).toEqual([]);
    const audit = await ask("GET", "audit");
    expect(audit.body.entries[0].changes).toEqual([
      { pointer: "/password", from: null, to: null },
    ]);
  });
});
