import { randomUUID } from "node:crypto";
import { AccountHealth } from "@ams-sync/contracts";
import { boot } from "@ams-sync/platform";
import { readEvents, type ReadStream } from "@ams-sync/testing/rest";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  expect,
  test,
  vi,
} from "vitest";
import { StateModule } from "../state.module.js";
import { StatusRepository } from "../account/status.repository.js";
import { agreed, customers } from "../testing/office.js";
import {
  BOSS,
  loginOf,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

let rest: RestUnderTest;
let token: string;
let account: { tenantId: string; accountId: string };
const streams: ReadStream[] = [];

const watch = async (of = account, as = token, language = "de") => {
  const stream = await readEvents(
    `${rest.url}/api/v1/state/accounts/${of.accountId}/progress`,
    as,
    { "accept-language": language },
  );
  streams.push(stream);
  return stream;
};
const last = ({ events }: ReadStream, name: string) =>
  events.findLast(({ event }) => event === name)?.data;
const IN_TIME = { timeout: 5_000 };

beforeAll(async () => {
  rest = await restUnderTest();
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, 40));
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  account = await rest.office.account(OURS);
});
afterEach(() => {
  vi.useRealTimers();
  for (const stream of streams.splice(0)) stream.close();
});

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

test("tells the last state at once, as nothing on the way may keep or change it", async () => {
  const stream = await watch();
  expect(stream.status).toBe(200);
  expect(stream.headers.get("content-type")).toBe(
    "text/event-stream; charset=utf-8",
  );
  expect(stream.headers.get("cache-control")).toContain("no-transform");
  expect(stream.headers.get("x-accel-buffering")).toBe("no");
  await expect
    .poll(() => stream.events, IN_TIME)
    .toEqual([
      {
        event: "status",
        data: expect.objectContaining({
          ...{ accountId: account.accountId, running: false, health: "ok" },
        }),
      },
      {
        event: "progress",
        data: { stream: "contacts", pending: 0, done: 0, setAside: 0 },
      },
    ]);
});

test("tells how a run gets on and how it ended, to all who look on", async () => {
  const [first, second] = [await watch(), await watch(account, token, "en")];
  await expect.poll(() => first.events.length, IN_TIME).toBe(2);
  const run = await rest.office.begin(account);
  await rest.office.takeIn(run);
  await expect
    .poll(() => last(first, "progress"), IN_TIME)
    .toMatchObject({ pending: 40 });
  expect(last(first, "status")).toMatchObject({ running: true });
  const entries = await rest.office.slice(run, { limit: 30 });
  await rest.office.commit(run, entries.map(agreed));
  await expect
    .poll(() => last(first, "progress"), IN_TIME)
    .toMatchObject({
      ...{ pending: 10, done: 30 },
    });
  await rest.office.end(run, {
    ...{ health: AccountHealth.NEEDS_LOGIN, errorKind: "auth" },
    errorMessage: "dav.example did not accept the login.",
  });
  await expect
    .poll(() => last(first, "status"), IN_TIME)
    .toMatchObject({
      ...{ running: false, health: "needs-login" },
      errorMessage: expect.stringContaining("Kennwort"),
    });
  await expect
    .poll(() => last(second, "status"), IN_TIME)
    .toMatchObject({
      errorMessage: expect.stringContaining("password"),
    });
  // Who comes later sees the same.
  const third = await watch();
  await expect
    .poll(() => last(third, "progress"), IN_TIME)
    .toMatchObject({
      ...{ pending: 10, done: 30 },
    });
});

test("asks the database once a second for all who look at an account, and not at all for nobody", async () => {
  const asked = vi.spyOn(rest.state.get(StatusRepository), "find");
  for (let one = 0; one < 5; one += 1) await watch();
  await expect
    .poll(() => streams.every(({ events }) => events.length > 0), IN_TIME)
    .toBe(true);
  asked.mockClear();
  await pause(3_500);
  const times = asked.mock.calls.length;
  expect(times).toBeGreaterThanOrEqual(2);
  expect(times).toBeLessThanOrEqual(4);
  for (const stream of streams) stream.close();
  await pause(1_000);
  asked.mockClear();
  await pause(2_500);
  expect(asked.mock.calls).toEqual([]);
  asked.mockRestore();
});

test("a connection is refused to who has many, until one of them ends", async () => {
  for (let one = 0; one < 8; one += 1) expect((await watch()).status).toBe(200);
  const refused = await watch();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([
    429,
    "60",
  ]);
  const other = await rest.issuer.tokenFor(loginOf(3));
  expect((await watch(account, other)).status).toBe(200);
  streams[0]?.close();
  await expect
    .poll(async () => (await watch()).status, { timeout: 5_000 })
    .toBe(200);
});

test("who goes before anything was told leaves no place taken", async () => {
  for (const ms of [0, 1, 2, 4, 8, 16, 32, 64, 3, 5, 7, 11, 13, 17]) {
    const abort = new AbortController();
    const asked = fetch(
      `${rest.url}/api/v1/state/accounts/${account.accountId}/progress`,
      {
        headers: { authorization: `Bearer ${token}` },
        signal: abort.signal,
      },
    );
    await pause(ms);
    abort.abort();
    await asked.catch(() => undefined);
  }
  await pause(500);
  for (let one = 0; one < 8; one += 1) expect((await watch()).status).toBe(200);
});

test("any replica tells of what another one is told", async () => {
  const config = rest.state.config();
  const { module } = await StateModule.open(config);
  const second = await boot("state", { config, module });
  const stream = await readEvents(
    `${await second.getUrl()}/api/v1/state/accounts/${account.accountId}/progress`,
    token,
  );
  streams.push(stream);
  await expect.poll(() => stream.events.length, IN_TIME).toBe(2);
  const run = await rest.office.begin(account);
  await rest.office.takeIn(run);
  await expect
    .poll(() => last(stream, "progress"), IN_TIME)
    .toMatchObject({ pending: 40 });
  await second.close();
  await expect(stream.ended).resolves.toBeUndefined();
});

test("ends within a minute after the right is gone", async () => {
  vi.useFakeTimers({ toFake: ["setInterval"] });
  const boss = `${OURS}/${BOSS.userId}`;
  const rights = rest.rights.get(boss) ?? [];
  const stream = await watch();
  await expect.poll(() => stream.events.length, IN_TIME).toBe(2);
  let ended = false;
  void stream.ended.then(() => (ended = true));
  await vi.advanceTimersByTimeAsync(60_000);
  await expect
    .poll(
      () => stream.events.filter(({ event }) => event === "").length,
      IN_TIME,
    )
    // heartbeats
    .toBe(4);
  expect(ended).toBe(false);
  rest.rights.set(boss, []);
  await vi.advanceTimersByTimeAsync(60_000);
  await stream.ended;
  rest.rights.set(boss, rights);
}, 60_000);

test("ends within a minute after the token has run out, or while rights cannot be asked for", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "Date"] });
  const [one, two] = [await watch(), await watch()];
  await expect.poll(() => two.events.length, IN_TIME).toBe(2);
  rest.settings.down = true;
  await vi.advanceTimersByTimeAsync(30_000);
  await Promise.all([one.ended, two.ended]);
  rest.settings.down = false;
  const again = await watch();
  await expect.poll(() => again.events.length, IN_TIME).toBe(2);
  vi.setSystemTime(Date.now() + 16 * 60_000);
  await vi.advanceTimersByTimeAsync(30_000);
  await expect(again.ended).resolves.toBeUndefined();
}, 60_000);

test("an account that is not there is not watched", async () => {
  const { status } = await watch({ ...account, accountId: randomUUID() });
  expect(status).toBe(404);
});

test("ends where the account does", async () => {
  const stream = await watch();
  await expect.poll(() => stream.events.length, IN_TIME).toBe(2);
  await rest.state.rows("delete from state.account where account_id = $1", [
    account.accountId,
  ]);
  await expect(stream.ended).resolves.toBeUndefined();
});

test("holds nobody up who stops the service", async () => {
  const own = await restUnderTest();
  const one = await own.office.account(OURS);
  const stream = await readEvents(
    `${own.url}/api/v1/state/accounts/${one.accountId}/progress`,
    await own.issuer.tokenFor(BOSS.login),
  );
  await expect.poll(() => stream.events.length, IN_TIME).toBeGreaterThan(0);
  const before = performance.now();
  await own.stop();
  await stream.ended;
  expect(performance.now() - before).toBeLessThan(4_500);
});
