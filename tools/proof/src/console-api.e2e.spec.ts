import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  freePort,
  radicaleAvailable,
  startRadicale,
  type Radicale,
} from "@ams-sync/testing";
import { answerChecker, checkOpenApi } from "@ams-sync/testing/openapi";
import { readEvents } from "@ams-sync/testing/rest";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConnectedUser } from "./connect-users.js";
import { removeItem, saveItem, withMobile } from "./dav-hand.js";
import { DavReader } from "./dav-reader.js";
import { expectedOf } from "./expected.js";
import { moveIn, openOffice, type Office } from "./office.js";
import { previewTests } from "./testing/preview.js";
import { readUser } from "./verify.js";

type Body = Record<string, unknown>;

const PASSWORD = "Zauber-äöü-4711";

/** The way of a person: signed in, a login tried, an account made, contacts there; and the password nowhere. */
describe.skipIf(!radicaleAvailable())("the API for people", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let plain: http.Server;
  let unsafe: https.Server;
  let token: string;
  let userId: string;
  let user: ConnectedUser;
  const checks = new Map<string, ReturnType<typeof answerChecker>>();

  const ask = async (
    method: string,
    path: string,
    {
      body,
      template = path,
      service = "settings",
      headers = {},
    }: {
      body?: object;
      headers?: Record<string, string>;
      template?: string;
      service?: "settings" | "state";
    } = {},
  ) => {
    const answer = await fetch(
      `${office.stack.urls[service]}/api/v1/${service}/${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": "application/json" }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      },
    );
    const text = await answer.text();
    const parsed = (text === "" ? {} : JSON.parse(text)) as Body;
    checks.get(service)?.({
      ...{ method, status: answer.status, body: parsed },
      path: `/api/v1/${service}/${template.split("?")[0]}`,
      contentType: answer.headers.get("content-type"),
    });
    return { status: answer.status, body: parsed };
  };

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
    await office.ams.query(
      `insert into ams.user_right select $1, $2, unnest(array['menu.organisation.users', 'window.users.synchronisation'])
       on conflict do nothing`,
      [office.tenantId, userId],
    );
    radicale = await startRadicale({
      users: [{ name: login, password: PASSWORD }],
    });
    plain = http.createServer((_request, response) =>
      response.end("Willkommen"),
    );
    unsafe = https.createServer(await selfSigned(data), (_request, response) =>
      response.end(),
    );
    for (const server of [plain, unsafe])
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
    token = (await office.stack.issuer?.tokenFor(login)) ?? "";
    for (const service of ["settings", "state"] as const) {
      const url = `${office.stack.urls[service]}/api/v1/${service}/openapi.json`;
      const document = (await (await fetch(url)).json()) as object;
      await checkOpenApi(document);
      checks.set(service, answerChecker(document));
    }
  });
  afterAll(async () => {
    await office?.stop();
    await radicale?.stop();
    plain?.close();
    unsafe?.close();
    await rm(data, { recursive: true, force: true });
  });

  const login = (more: object = {}) => ({
    system: "cloud",
    serverUrl: radicale.url,
    username: office.brokerage.users[0]?.login,
    password: PASSWORD,
    ...more,
  });
  const portOf = (server: http.Server): number =>
    (server.address() as AddressInfo).port;

  test("a login is refused for four reasons that can be told apart", async () => {
    const failures: unknown[] = [];
    for (const more of [
      { password: "falsch" },
      { serverUrl: `http://127.0.0.1:${await freePort()}/` },
      { serverUrl: `http://127.0.0.1:${portOf(plain)}/` },
      { serverUrl: `https://127.0.0.1:${portOf(unsafe)}/` },
    ]) {
      const { status, body } = await ask("POST", "logins/check", {
        body: login(more),
      });
      expect(status).toBe(422);
      failures.push(body["failure"]);
    }
    expect(failures).toEqual([
      ...["wrong-login", "unreachable", "not-dav", "certificate"],
    ]);
  });

  test("a login that is accepted is stored, and contacts and appointments arrive", async () => {
    const offered = await ask("POST", "logins/check", { body: login() });
    expect(offered.body).toEqual({ contacts: true, appointments: true });
    const listed = await ask("POST", "logins/containers", {
      body: { ...login(), stream: "contacts" },
    });
    expect(listed.body).toEqual({ containers: [] });
    const made = await ask("POST", `users/${userId}/accounts`, {
      template: "users/{userId}/accounts",
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
    const places = await ask(
      "GET",
      `accounts/${user.accountId}/containers?stream=contacts`,
      { template: "accounts/{accountId}/containers" },
    );
    expect(places.body["containers"]).toMatchObject([
      { name: "ams", own: true, writable: true },
    ]);
  });

  /** Of the account that was made. */
  const own = (method: string, path: string, body?: object) =>
    ask(method, `accounts/${user.accountId}${path}`, {
      ...(body && { body }),
      ...{ template: `accounts/{accountId}${path}`, service: "state" as const },
    });
  const list = async (path: string, name: string): Promise<Body[]> => {
    const { status, body } = await own("GET", path);
    expect(status).toBe(200);
    return body[name] as Body[];
  };
  const IN_TIME = { timeout: 60_000, interval: 250 };
  const whole = async () => {
    const { contacts, appointments } = await office.verify(user);
    return [contacts, appointments].map(({ missing, surplus }) => [
      missing.length,
      surplus.length,
    ]);
  };
  const WHOLE = [
    [0, 0],
    [0, 0],
  ];

  test("a reset is watched until it is done, and leaves everything as it was", async () => {
    const seen = await readEvents(
      `${office.stack.urls.state}/api/v1/state/accounts/${user.accountId}/progress`,
      token,
    );
    const latest = () =>
      seen.events.findLast(({ event }) => event === "status")?.data;
    await expect.poll(latest, IN_TIME).toMatchObject({ health: "ok" });
    const before = String(latest().lastSuccessAt);
    const reset = await own("POST", "/reset", { stream: "contacts" });
    expect([reset.status, reset.body["links"]]).toEqual([202, 20]);
    await expect
      .poll(() => Date.parse(latest().lastSuccessAt), IN_TIME)
      .toBeGreaterThan(Date.parse(before));
    await expect.poll(latest, IN_TIME).toMatchObject({
      ...{ running: false, health: "ok", errorKind: null },
      streams: [{ takenIn: true }, { takenIn: true }],
    });
    seen.close();
    const [run] = await list("/runs?idle=false", "runs");
    expect(run).toMatchObject({ running: false, errorKind: null });
    expect(await whole()).toEqual(WHOLE);
  });

  test("what was deleted there is found at once when somebody asks for it, and comes back", async () => {
    const [gone] = (await readUser(user)).contacts;
    await removeItem(user.login, String(gone?.url));
    expect((await own("POST", "/sync-now")).status).toBe(202);
    await expect
      .poll(() => list("/lost?stream=contacts", "items"), IN_TIME)
      .toMatchObject([{ state: "noticed" }]);
    const [{ record } = { record: {} }] = await list(
      "/lost?stream=contacts",
      "items",
    );
    const named = await ask("POST", "records/names", {
      body: { records: [record] },
    });
    const [{ name } = { name: "" }] = named.body["names"] as Body[];
    expect(gone?.line).toContain(String(name).split(" ").at(-1));
    expect(
      (
        await own("POST", "/lost/decide", {
          record: record as object,
          restore: true,
        })
      ).status,
    ).toBe(204);
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect(await list("/lost?stream=contacts", "items")).toEqual([]);
  });

  test("a value that gave way is taken back, on both sides", async () => {
    const { contacts: expected } = await expectedOf(
      ...([office.ams, office.tenantId, userId] as const),
    );
    const { contacts: seen } = await readUser(user);
    const [{ id, url } = { id: "", url: "" }] = expected.flatMap((record) => {
      const same = seen.filter(({ line }) => line === record.line);
      return same.length === 1 ? [{ id: record.id, url: same[0]?.url }] : [];
    });
    const item = await new DavReader(user.login).item(String(url));
    if (!item) throw new Error("no item of a customer");
    await saveItem(user.login, item, withMobile(item.text, "0171 1111111"));
    const mobile = async () => {
      const { rows: found } = await office.ams.query<{ mobile: string }>(
        "select mobile from ams.customer where tenant_id = $1 and customer_id = $2",
        [office.tenantId, id],
      );
      return found[0]?.mobile;
    };
    await office.ams.query(
      "update ams.customer set mobile = '0172 2222222' where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id],
    );
    await expect
      .poll(() => list("/conflicts", "conflicts"), IN_TIME)
      .toMatchObject([
        {
          record: { kind: "customer", recordId: id },
          ...{ field: "mobile", label: "Mobiltelefon", winner: "ams" },
          lost: expect.stringContaining("1111111"),
        },
      ]);
    const [{ conflictId } = { conflictId: "" }] = await list(
      "/conflicts",
      "conflicts",
    );
    const takeBack = () =>
      ask(
        "POST",
        `accounts/${user.accountId}/conflicts/${String(conflictId)}/take-back`,
        {
          template: "accounts/{accountId}/conflicts/{conflictId}/take-back",
          service: "state",
        },
      );
    expect((await takeBack()).status).toBe(202);
    await expect.poll(mobile, IN_TIME).toContain("1111111");
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect((await takeBack()).status).toBe(409);
  });

  test("a record that cannot be sent waits with a sentence that says what to do", async () => {
    const { rows } = await office.ams.query<{ id: string; city: string }>(
      `update ams.customer c set city = repeat('ß', 300) from (
         select customer_id, city from ams.customer where tenant_id = $1 order by customer_id limit 1) was
       where c.tenant_id = $1 and c.customer_id = was.customer_id returning c.customer_id as id, was.city`,
      [office.tenantId],
    );
    const [{ id, city } = { id: "", city: "" }] = rows;
    await expect
      .poll(() => list("/set-aside", "entries"), IN_TIME)
      .toMatchObject([
        {
          record: { kind: "customer", recordId: id },
          ...{ code: "too-long", nextAttemptAt: null, detail: null },
          message:
            "Das Feld „Ort“ ist länger als 255 Zeichen. Kürzen Sie es in ams.",
        },
      ]);
    await office.ams.query(
      "update ams.customer set city = $3 where tenant_id = $1 and customer_id = $2",
      [office.tenantId, id, city],
    );
    await expect.poll(() => list("/set-aside", "entries"), IN_TIME).toEqual([]);
  });

  previewTests(() => ({ office, user, ask }));

  test("what would delete too much waits until somebody agrees to it", async () => {
    const { rowCount } = await office.ams.query(
      `delete from ams.customer where tenant_id = $1 and customer_id in (
         select customer_id from ams.customer where tenant_id = $1 order by customer_id limit 13)`,
      [office.tenantId],
    );
    expect(rowCount).toBe(13);
    await expect
      .poll(
        async () => (await list("/held?stream=contacts", "entries")).length,
        IN_TIME,
      )
      .toBe(13);
    expect((await readUser(user)).contacts).toHaveLength(20);
    const held = await list("/held?stream=contacts", "entries");
    const { body } = await own("POST", "/held/approve", {
      stream: "contacts",
      entries: held.map(({ entryId, position, removal }) => ({
        ...{ entryId, position, removal },
      })),
    });
    expect(body).toEqual({ approved: 13 });
    await expect.poll(whole, IN_TIME).toEqual(WHOLE);
    expect((await readUser(user)).contacts).toHaveLength(7);
  });

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
    await stranger.ams.query(
      `insert into ams.user_right select $1, $2, unnest(array['menu.organisation.users', 'window.users.synchronisation'])
       on conflict do nothing`,
      [stranger.tenantId, otherId],
    );
    const before = token;
    token = (await office.stack.issuer?.tokenFor(other)) ?? "";
    expect((await own("GET", "")).status).toBe(404);
    const all = await ask("GET", "accounts", { service: "state" });
    expect(all.body["accounts"]).toEqual([]);
    token = (await office.stack.issuer?.tokenFor("hoster")) ?? "";
    const tenants = await ask("GET", "tenants", { service: "state" });
    expect(tenants.body["tenants"]).toMatchObject([
      { tenantId: office.tenantId, accounts: 1 },
    ]);
    token = before;
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

/** A certificate that nobody vouches for. */
async function selfSigned(folder: string) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"],
    ...["-subj", "/CN=127.0.0.1", "-keyout", key, "-out", cert],
  ]);
  return { key: await readFile(key), cert: await readFile(cert) };
}
