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
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openOffice, type Office } from "./office.js";

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
  let check: ReturnType<typeof answerChecker>;

  const ask = async (
    method: string,
    path: string,
    { body, template = path }: { body?: object; template?: string } = {},
  ) => {
    const answer = await fetch(
      `${office.stack.urls.settings}/api/v1/settings/${path}`,
      {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
        },
        ...(body && { body: JSON.stringify(body) }),
      },
    );
    const parsed = (await answer.json()) as Record<string, unknown>;
    check({
      ...{ method, status: answer.status, body: parsed },
      path: `/api/v1/settings/${template}`,
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
    const document = (await (
      await fetch(`${office.stack.urls.settings}/api/v1/settings/openapi.json`)
    ).json()) as object;
    await checkOpenApi(document);
    check = answerChecker(document);
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
    const user = {
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
