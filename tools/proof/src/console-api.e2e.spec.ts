import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  radicaleAvailable,
  startRadicale,
  type Radicale,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectedUser } from "./connect-users.js";
import { moveIn, openOffice, type Office } from "./office.js";
import { holdTests } from "./testing/hold.js";
import { loginTests } from "./testing/logins.js";
import { grantPages, peopleApi, type PeopleApi } from "./testing/people-api.js";
import { previewTests, type PreviewSite } from "./testing/preview.js";
import { questionTests } from "./testing/questions.js";
import { resetTests } from "./testing/reset.js";

const PASSWORD = "Zauber-äöü-4711";

/** The way of a person: signed in, a login tried, an account made, contacts there; and the password nowhere. */
describe.skipIf(!radicaleAvailable())("the API for people", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let userId: string;
  let user: ConnectedUser;
  let api: PeopleApi;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-console-"));
    office = await openOffice({
      stack: { data, postgresSettings: { fsync: "off" } },
      brokerage: {
        seed: 12,
        ...{ users: 1, agents: 1, companies: 0 },
        ...{ customers: 20, appointments: 10 },
      },
    });
    const [{ login, userId: id } = { login: "", userId: "" }] =
      office.brokerage.users;
    userId = id;
    await grantPages(office, userId);
    radicale = await startRadicale({
      users: [{ name: login, password: PASSWORD }],
    });
    api = await peopleApi(office.stack);
    await api.signIn(login);
  });
  afterAll(async () => {
    await office?.stop();
    await radicale?.stop();
    await rm(data, { recursive: true, force: true });
  });

  const login = (more: object = {}) => ({
    system: "cloud",
    serverUrl: radicale.url,
    username: office.brokerage.users[0]?.login,
    password: PASSWORD,
    ...more,
  });

  loginTests(() => ({ data, api, login }));

  test("a login that is accepted is stored, and contacts and appointments arrive", async () => {
    const offered = await api.ask("POST", "logins/check", { body: login() });
    expect(offered.body).toEqual({ contacts: true, appointments: true });
    const listed = await api.ask("POST", "logins/containers", {
      body: { ...login(), stream: "contacts" },
    });
    expect(listed.body).toEqual({ containers: [] });
    const made = await api.ask("POST", `users/${userId}/accounts`, {
      body: {
        ...login(),
        contacts: {
          ...{ customers: true, companies: false, agents: false },
          ...{ birthday: true, agentId: null, tags: [] },
          ...{ editedSince: null, container: null },
        },
        appointments: { maxAgeDays: null, editedSince: null, container: null },
      },
    });
    expect(made.status).toBe(201);
    user = {
      ...{ userId, name: "", accountId: String(made.body["accountId"]) },
      login: {
        url: radicale.url,
        username: String(office.brokerage.users[0]?.login),
        password: PASSWORD,
      },
    };
    await expect
      .poll(
        async () => {
          const { accounts } = await office.accounts.listAccounts({
            tenantId: office.tenantId,
          });
          return accounts[0]?.streams.map(
            ({ takenIn, pending }) => takenIn && pending === 0n,
          );
        },
        { timeout: 90_000 },
      )
      .toEqual([true, true]);
    const verified = await office.verify(user);
    expect(verified).toMatchObject({
      contacts: { missing: [], surplus: [] },
      appointments: { missing: [], surplus: [] },
    });
    const places = await api.ask(
      "GET",
      `accounts/${user.accountId}/containers?stream=contacts`,
    );
    expect(places.body["containers"]).toMatchObject([
      { name: "ams", own: true, writable: true },
    ]);
  });

  const site = (): PreviewSite => ({ office, user, api });
  const own = (method: string, path: string) =>
    api.ask(method, `accounts/${user.accountId}${path}`, { service: "state" });
  resetTests(site);
  questionTests(site);
  previewTests(site);
  holdTests(site);

  test("rights are those of ams at this moment, and another brokerage's token sees nothing", async () => {
    const right = "window.users.synchronisation";
    await office.ams.query(
      "delete from ams.user_right where tenant_id = $1 and user_id = $2 and right_code = $3",
      [office.tenantId, userId, right],
    );
    const { status, body } = await own("GET", "");
    expect(status).toBe(403);
    expect(body["missingRights"]).toMatchObject([{ code: right }]);
    await office.ams.query("insert into ams.user_right values ($1, $2, $3)", [
      ...[office.tenantId, userId, right],
    ]);
    expect((await own("GET", "")).status).toBe(200);
    const stranger = await moveIn(office.stack, {
      seed: 13,
      ...{ users: 1, agents: 1, companies: 0, customers: 1, appointments: 0 },
    });
    const [{ login: other, userId: otherId } = { login: "", userId: "" }] =
      stranger.brokerage.users;
    await grantPages(stranger, otherId);
    const before = api.token;
    await api.signIn(other);
    expect((await own("GET", "")).status).toBe(404);
    const all = await api.ask("GET", "accounts", { service: "state" });
    expect(all.body["accounts"]).toEqual([]);
    await api.signIn("hoster");
    const tenants = await api.ask("GET", "tenants", { service: "state" });
    expect(tenants.body["tenants"]).toMatchObject([
      { tenantId: office.tenantId, accounts: 1 },
    ]);
    api.token = before;
    await stranger.stop();
  });

  test("the password is in no log, no table and no job", async () => {
    const marks = [PASSWORD, Buffer.from(PASSWORD).toString("base64")];
    const texts: string[] = [];
    for (const name of await readdir(office.stack.folders.logs))
      texts.push(await readFile(join(office.stack.folders.logs, name), "utf8"));
    expect(texts.join("").length).toBeGreaterThan(1_000);
    const tables = new Client({ connectionString: office.stack.adminUrl });
    await tables.connect();
    const { rows } = await tables.query<{ name: string }>(
      "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')",
    );
    expect(rows.length).toBeGreaterThan(15);
    for (const { name } of rows) {
      const dump = await tables.query(`select t::text from ${name} t`);
      texts.push(JSON.stringify(dump.rows));
    }
    await tables.end();
    for (const mark of marks)
      expect(texts.some((text) => text.includes(mark))).toBe(false);
  });
});
