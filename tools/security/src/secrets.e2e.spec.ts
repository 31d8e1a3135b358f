import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openOffice, type Office } from "@ams-sync/proof";
import {
  radicaleAvailable,
  startRadicale,
  tried,
  type Radicale,
} from "@ams-sync/testing";
import { readEvents } from "@ams-sync/testing/rest";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leaksIn, spellingsOf, type Channels } from "./spellings.js";
import { dump, logsOf } from "./testing/dump.js";
import { startEchoProxy, type EchoProxy } from "./testing/echo-proxy.js";
import {
  startRawCollector,
  type RawCollector,
} from "./testing/raw-collector.js";

const PASSWORD = 'Zäuber+"4711"&<Süd>';
const WRONG = "Fälsch/'0815'=%41";
const IN_TIME = { timeout: 90_000, interval: 250 };

type Body = Record<string, unknown>;

/** One whole life of a login: tried, saved, run, refused, echoed by a server, entered anew; and it is nowhere. */
describe.skipIf(!radicaleAvailable())("a password", () => {
  let data: string;
  let office: Office;
  let radicale: Radicale;
  let proxy: EchoProxy;
  let collector: RawCollector;
  let token: string;
  let userId: string;
  let login: string;
  let accountId: string;
  let watching = true;
  let watch: Promise<void> = Promise.resolve();
  const answers: string[] = [];
  const jobs: string[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "ams-sync-secrets-"));
    collector = await startRawCollector();
    office = await openOffice({
      stack: {
        data,
        postgresSettings: { fsync: "off" },
        env: {
          ...process.env,
          LOG_LEVEL: "trace",
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_BSP_SCHEDULE_DELAY: "200",
          BACK_OFF_FIRST_MS: "200",
          POLL_MIN_MS: "500",
          POLL_MAX_MS: "1000",
        },
      },
      brokerage: {
        ...{ seed: 21, users: 1, agents: 1, companies: 0 },
        ...{ customers: 5, appointments: 3 },
      },
    });
    const [user] = office.brokerage.users;
    if (user === undefined) throw new Error("no user");
    ({ login, userId } = user);
    radicale = await startRadicale({
      users: [{ name: login, password: PASSWORD }],
    });
    proxy = await startEchoProxy(radicale.url, {
      ...{ user: login, password: PASSWORD },
    });
    token = (await office.stack.issuer?.tokenFor(login)) ?? "";
    // A job lives for milliseconds: the store is read all the time.
    watch = (async () => {
      while (watching) {
        jobs.push(...(await dump(office.stack.adminUrl, "bullmq")));
        await sleep(100);
      }
    })();
  });
  afterAll(async () => {
    watching = false;
    const [watched] = await Promise.allSettled([watch]);
    await office?.stop();
    await radicale?.stop();
    await proxy?.stop();
    await collector?.stop();
    await rm(data, { recursive: true, force: true });
    // A watch that broke off has seen no job in which a password could stand.
    expect(watched).toMatchObject({ status: "fulfilled" });
  });

  const fetched = async (url: string, init: RequestInit = {}) => {
    const answer = await fetch(url, init);
    const text = await answer.text();
    answers.push(
      [answer.status, JSON.stringify([...answer.headers]), text].join("\n"),
    );
    return { status: answer.status, headers: answer.headers, text };
  };
  const ask = async (
    method: string,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) => {
    const service = path.startsWith("state/") ? "state" : "settings";
    const { text, ...rest } = await fetched(
      `${office.stack.urls[service]}/api/v1/${service}/${path.replace(/^state\//, "")}`,
      {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      },
    );
    return { ...rest, body: (text === "" ? {} : JSON.parse(text)) as Body };
  };
  const typed = (password = PASSWORD, serverUrl = proxy.url) => ({
    ...{ system: "cloud", serverUrl, username: login, password },
  });
  const account = (password?: string) => ({
    ...typed(password),
    contacts: {
      ...{ customers: true, companies: false, agents: false, birthday: true },
      ...{ agentId: null, tags: [], editedSince: null, container: null },
    },
    appointments: { maxAgeDays: null, editedSince: null, container: null },
  });
  const status = async () =>
    (await ask("GET", `state/accounts/${accountId}`)).body;
  /** Each page of the API that tells of accounts, and what monitoring reads. */
  const readAll = async () => {
    for (const path of [
      ...[
        "me",
        "users",
        `users/${userId}`,
        "accounts",
        "audit",
        "openapi.json",
      ],
      ...[
        `accounts/${accountId}`,
        `accounts/${accountId}/containers?stream=contacts`,
      ],
      ...[
        "",
        "/runs",
        "/set-aside",
        "/held",
        "/left",
        "/lost",
        "/conflicts",
      ].map((more) => `state/accounts/${accountId}${more}`),
      "state/accounts",
    ])
      await ask("GET", path);
    await ask("POST", `accounts/${accountId}/check`);
    for (const url of Object.values(office.stack.urls))
      await fetched(`${url}/metrics`);
    const events = await readEvents(
      `${office.stack.urls.state}/api/v1/state/accounts/${accountId}/progress`,
      token,
    );
    await expect.poll(() => events.events.length, IN_TIME).toBeGreaterThan(0);
    answers.push(JSON.stringify(events.events));
    events.close();
  };
  const channels = async (): Promise<Channels> => ({
    "API answers": answers,
    logs: await logsOf(office.stack.folders.logs),
    traces: collector.bodies,
    jobs,
    "database of ams-sync": await dump(office.stack.adminUrl),
    "database of ams": await dump(office.stack.amsAdminUrl),
  });
  const spellings = () => [
    ...spellingsOf(login, PASSWORD),
    ...spellingsOf(login, WRONG),
  ];

  test("is tried, refused, saved and used", async () => {
    for (const [password, code] of [
      [WRONG, 422],
      [PASSWORD, 200],
    ] as const)
      expect((await ask("POST", "logins/check", typed(password))).status).toBe(
        code,
      );
    const inUrl = new URL(proxy.url);
    Object.assign(inUrl, { username: login, password: PASSWORD });
    const refused = await ask("POST", "logins/check", {
      ...typed(PASSWORD, inUrl.href),
    });
    expect(refused.status).toBe(422);
    const unreadable = await fetched(
      `${office.stack.urls.settings}/api/v1/settings/logins/check`,
      {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
        },
        body: `{"password": ${JSON.stringify(PASSWORD)}, oops`,
      },
    );
    expect(unreadable.status).toBe(400);
    const path = `users/${userId}/accounts`;
    expect((await ask("POST", path, account(WRONG))).status).toBe(422);
    const made = await ask("POST", path, account());
    expect(made.status).toBe(201);
    accountId = String(made.body["accountId"]);
    await expect
      .poll(async () => (await status())["health"], IN_TIME)
      .toBe("ok");
    await readAll();
  });

  test.each([
    ["an error that repeats it", "echo", "degraded"],
    ["a redirect with it in the address", "redirect", "degraded"],
    ["a refusal that repeats it", "echo-401", "needs-login"],
  ] as const)(
    "is sent to a server that answers with %s",
    async (_what, mood, health) => {
      const before = proxy.echoed;
      proxy.mood = mood;
      await ask("POST", "logins/check", typed());
      await ask("POST", `state/accounts/${accountId}/sync-now`);
      await expect
        .poll(async () => (await status())["health"], IN_TIME)
        .toBe(health);
      expect(proxy.echoed).toBeGreaterThan(before);
      await readAll();
      proxy.mood = "pass";
    },
  );

  test("is entered anew, and all goes on", async () => {
    const { headers } = await ask("GET", `accounts/${accountId}`);
    const etag = { "if-match": String(headers.get("etag")) };
    const path = `accounts/${accountId}/credential`;
    for (const [password, code] of [
      [WRONG, 422],
      [PASSWORD, 200],
    ] as const)
      expect((await ask("PUT", path, { password }, etag)).status).toBe(code);
    await expect
      .poll(async () => (await status())["health"], IN_TIME)
      .toBe("ok");
    await readAll();
  });

  test("is in no answer, log, trace, job or database", async () => {
    // The last spans are sent within 200 ms.
    await sleep(1_000);
    const all = await channels();
    for (const [name, texts] of Object.entries(all)) {
      const size = texts.join("").length;
      // What is empty proves nothing.
      expect(size, name).toBeGreaterThan(1_000);
      tried("credentials", spellings().length);
    }
    expect(all["traces"]?.join("")).toContain("cloud-connector");
    expect(jobs.some((text) => text.includes(accountId))).toBe(true);
    // Nothing was sent, and the start said so.
    expect(all["logs"]?.join("")).toContain("SMTP_HOST is not set");
    expect(leaksIn(all, spellings())).toEqual([]);
  });

  test("would be found in each of them", async () => {
    const header = `Basic ${Buffer.from(`${login}:${PASSWORD}`).toString("base64")}`;
    const server = await startEchoProxy(radicale.url, {
      ...{ user: login, password: PASSWORD },
    });
    server.mood = "echo";
    await fetched(server.url, { headers: { authorization: header } });
    await server.stop();
    const [log = ""] = office.stack.services.map(({ logFile }) => logFile);
    await appendFile(log, `{"msg":${JSON.stringify(`login ${PASSWORD}`)}}\n`);
    await fetch(`${collector.url}/v1/traces`, {
      method: "POST",
      body: JSON.stringify({
        attributes: { url: encodeURIComponent(PASSWORD) },
      }),
    });
    const own = new Client({ connectionString: office.stack.adminUrl });
    const ams = new Client({ connectionString: office.stack.amsAdminUrl });
    await own.connect();
    await ams.connect();
    await own.query(
      `create table state.planted as select convert_to($1::text, 'UTF8') as secret`,
      [PASSWORD],
    );
    await own.query(`create table bullmq.planted as select $1::text as data`, [
      JSON.stringify({ login: { password: PASSWORD } }),
    ]);
    await ams.query(`create table ams.planted as select $1::text as note`, [
      header,
    ]);
    await own.end();
    await ams.end();
    await expect
      .poll(
        () => jobs.some((text) => text.startsWith("bullmq.planted")),
        IN_TIME,
      )
      .toBe(true);
    const all = await channels();
    const leaks = new Set(
      leaksIn(all, spellings()).map(({ channel }) => channel),
    );
    expect([...leaks].toSorted()).toEqual(Object.keys(all).toSorted());
    tried("credentials", leaks.size);
  });
});
