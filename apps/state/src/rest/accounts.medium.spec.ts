import { AccountHealth, StreamKind, System } from "@ams-sync/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { customers, setAside } from "../testing/office.js";
import type { Asked } from "@ams-sync/testing/rest";
import {
  BOSS,
  OURS,
  restUnderTest,
  THEIRS,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

let rest: RestUnderTest;
let token: string;
let account: { tenantId: string; accountId: string };

const ask = (method: string, path: string, body?: unknown, language = "de") =>
  rest.ask(method, path, {
    ...{ token, body },
    headers: { "accept-language": language },
  });
const of = (path: string) => `accounts/${account.accountId}${path}`;

beforeAll(async () => {
  rest = await restUnderTest();
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, 5));
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  await rest.state.rows("delete from state.account");
  account = await rest.office.account(OURS);
});

/** Every page, one after the other. */
async function pages(path: string, name: string) {
  const all: Asked["body"][][] = [];
  for (let next: string | null = ""; next !== null;) {
    const { status, body } = await ask(
      "GET",
      `${path}${path.includes("?") ? "&" : "?"}limit=2${next && `&after=${encodeURIComponent(next)}`}`,
    );
    expect(status).toBe(200);
    all.push(body[name]);
    next = body.next;
  }
  return all;
}

test("accounts of the brokerage come in pages, by user and by health", async () => {
  for (const userId of ["8", "8", "9"])
    await rest.office.account(OURS, { userId });
  await rest.office.account(THEIRS);
  const all = (await pages("accounts", "accounts")).flat();
  expect(all).toHaveLength(4);
  const ids = all.map(({ accountId }) => accountId);
  expect(ids).toEqual(ids.toSorted());
  expect(await pages("accounts?userId=8", "accounts")).toMatchObject([
    [{ userId: "8" }, { userId: "8" }],
    [],
  ]);
  await rest.state.rows(
    "update state.account set health = 'needs-login' where user_id = 9",
  );
  const { body } = await ask("GET", "accounts?health=needs-login");
  expect(body.accounts).toMatchObject([{ userId: "9" }]);
});

test("an account says how it is, and what went wrong in the reader's language", async () => {
  expect((await ask("GET", of(""))).body).toEqual({
    ...{ accountId: account.accountId, userId: "7", system: "cloud" },
    ...{ health: "ok", errorKind: null, errorMessage: null, errorDetail: null },
    ...{ lastSuccessAt: null, running: false, dueAt: expect.any(String) },
    leaving: null,
    streams: [
      {
        ...{ kind: "contacts", container: null, pending: 0, setAside: 0 },
        ...{ links: 0, takenIn: false, held: 0, heldAt: null, unlinked: 0 },
        preview: null,
      },
    ],
  });
  const run = await rest.office.begin(account);
  await rest.office.takeIn(run);
  expect((await ask("GET", of(""))).body).toMatchObject({
    running: true,
    streams: [{ pending: 5, takenIn: true }],
  });
  await rest.office.end(run, {
    health: AccountHealth.NEEDS_LOGIN,
    errorKind: "auth",
    errorMessage: "dav.example did not accept the login.",
  });
  const german = (await ask("GET", of(""))).body;
  expect(german).toMatchObject({
    ...{ health: "needs-login", errorKind: "auth", dueAt: null },
    errorMessage: expect.stringContaining("Kennwort"),
    errorDetail: "dav.example did not accept the login.",
  });
  const english = (await ask("GET", of(""), undefined, "en")).body;
  expect(english.errorMessage).toContain("password");
});

test("runs come newest first, with what they did, and idle ones can be left out", async () => {
  for (const worked of [true, false, true]) {
    await rest.state.rows(
      "update state.schedule set due_at = now(), not_before = null",
    );
    const run = await rest.office.begin(account);
    await rest.office.takeIn(run);
    const [entry] = await rest.office.slice(run, { limit: 1 });
    if (worked && entry) await rest.office.commit(run, [setAside(entry)]);
    await rest.office.end(run, {
      counts: {
        ...{ created: worked ? 3 : 0, updated: 0, deleted: 0, unlinked: 0 },
        ...{ adopted: 0, unchanged: 0, skipped: 0, setAside: 0 },
        ...{ remoteRequests: 0, imported: 0, taken: 0 },
      },
    });
  }
  const all = await pages(of("/runs"), "runs");
  expect(all.map((page) => page.length)).toEqual([2, 1]);
  const [first, , last] = all.flat();
  expect(first).toMatchObject({ counts: { created: 3 }, running: false });
  expect(Date.parse(first.startedAt)).toBeGreaterThan(
    Date.parse(last.startedAt),
  );
  expect(await pages(of("/runs?idle=false"), "runs")).toMatchObject([
    [{ counts: { created: 3 } }, { counts: { created: 3 } }],
    [],
  ]);
});

test("what is set aside comes in pages, each entry with why", async () => {
  const run = await rest.office.begin(account);
  await rest.office.takeIn(run);
  const entries = await rest.office.slice(run);
  const asides = [
    {
      code: "too-long",
      message:
        'The field "last name" is longer than 255 characters. Shorten it in ams.',
    },
    { code: "rejected", message: "507 from dav.example" },
    { code: "of-a-newer-version", message: "New." },
  ];
  await rest.office.commit(
    run,
    asides.map((told, index) => ({
      ...setAside(entries[index]!),
      outcome: {
        $case: "setAside" as const,
        value: { ...told, retryInMs: index === 1 ? 60_000n : 0n, look: false },
      },
    })),
  );
  const found = await pages(of("/set-aside"), "entries");
  expect(found.map((page) => page.length)).toEqual([2, 1]);
  expect(found.flat()).toMatchObject([
    {
      ...{ code: "too-long", stream: "contacts", attempts: 1 },
      record: { kind: "customer", recordId: "1" },
      message:
        "Das Feld „Nachname“ ist länger als 255 Zeichen. Kürzen Sie es in ams.",
      ...{ detail: null, nextAttemptAt: null },
    },
    {
      message: expect.stringContaining("lehnt diesen Eintrag ab"),
      detail: "507 from dav.example",
      nextAttemptAt: expect.any(String),
    },
    { code: "of-a-newer-version", message: "New.", detail: null },
  ]);
});

test("to synchronise now has both sides asked, and says when", async () => {
  await rest.office.run(account);
  await rest.state.rows(
    "update state.stream set remote_due_at = now() + interval '10 minutes'",
  );
  await rest.state.rows(
    "update state.schedule set due_at = now() + interval '10 minutes'",
  );
  const { status, body } = await ask("POST", of("/sync-now"));
  expect(status).toBe(202);
  expect(Date.parse(body.dueAt)).toBeLessThanOrEqual(Date.now() + 1_000);
  const { streams } = await rest.office.runs.beginRun({
    ...{ account, system: System.CLOUD, worker: "spec" },
  });
  expect(streams).toMatchObject([
    { kind: StreamKind.CONTACTS, remoteDue: true },
  ]);
});

test("to synchronise now waits as long as the server asked for", async () => {
  await rest.state.rows(
    "update state.schedule set due_at = now() + interval '5 minutes', not_before = now() + interval '5 minutes'",
  );
  const { status, body } = await ask("POST", of("/sync-now"));
  expect(status).toBe(202);
  expect(Date.parse(body.dueAt)).toBeGreaterThan(Date.now() + 240_000);
});

test("to synchronise now is refused while the account rests", async () => {
  await rest.state.rows("update state.schedule set parked = true");
  const { status, body } = await ask("POST", of("/sync-now"));
  expect([status, body.type]).toEqual([409, "urn:ams-sync:problem:conflict"]);
});

test("a reset forgets what was agreed and keeps the links, of the stream that was named", async () => {
  await rest.office.run(account);
  const before = await rest.state.rows<{ full_wanted: string }>(
    "select full_wanted from state.stream",
  );
  const { status, body } = await ask("POST", of("/reset"), {
    stream: "contacts",
  });
  expect([status, body.links]).toEqual([202, 5]);
  expect(body.message).toContain("doppelt");
  expect(
    await rest.state.rows(
      "select distinct hash, item_version from state.link where account_id = $1",
      [account.accountId],
    ),
  ).toEqual([{ hash: "", item_version: null }]);
  const [after] = await rest.state.rows<{ full_wanted: string }>(
    "select full_wanted from state.stream",
  );
  expect(Number(after?.full_wanted)).toBe(Number(before[0]?.full_wanted) + 1);
  const off = await ask("POST", of("/reset"), { stream: "appointments" });
  expect([off.status, off.body.type]).toEqual([
    409,
    "urn:ams-sync:problem:conflict",
  ]);
});

test.each([
  ["GET", "accounts?limit=0"],
  ["GET", "accounts?limit=201"],
  ["GET", "accounts?health=fine"],
  ["GET", "accounts?after=1"],
  ["GET", "accounts?userId=x"],
  ["GET", "accounts/:id/runs?after=1_2"],
  ["GET", "accounts/:id/runs?idle=maybe"],
  ["GET", "accounts/:id/set-aside?after=-1"],
])("a question that cannot be read is 400: %s %s", async (method, path) => {
  const { status, body } = await ask(
    method,
    path.replace(":id", account.accountId),
  );
  expect([status, body.type]).toEqual([
    400,
    "urn:ams-sync:problem:bad-request",
  ]);
});

test.each([
  [{}, "/stream"],
  [{ stream: "tasks" }, "/stream"],
  [{ stream: "contacts", more: 1 }, "/more"],
])("a body that is wrong is told at its field: %j", async (body, pointer) => {
  const answer = await ask("POST", of("/reset"), body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ pointer }]);
});

test("a body that is announced and does not come is 400, as the document says", async () => {
  const { status } = await rest.ask("POST", of("/sync-now"), {
    token,
    headers: { "content-type": "application/json" },
  });
  expect(status).toBe(400);
});

test("what is no id is not there", async () => {
  expect((await ask("GET", "accounts/1")).status).toBe(404);
});
