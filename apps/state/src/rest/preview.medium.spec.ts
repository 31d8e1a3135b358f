import {
  WireShownAction,
  RecordKind,
  StreamKind,
  type Entry,
  type Result,
  type RunRef,
} from "@ams-sync/contracts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { customers, linked, setAside } from "../testing/office.js";
import {
  announce,
  beginNow,
  intend,
  removed,
  work,
} from "../testing/two-ways.js";
import {
  BOSS,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";

/** What people see before it is done, over REST; a connector's part is played over gRPC. */

let rest: RestUnderTest;
let token: string;
let account: { tenantId: string; accountId: string };
let userId = 100;

const stream = StreamKind.CONTACTS;
const ask = async (
  method: string,
  path: string,
  body?: unknown,
  language = "de",
) => {
  const answer = await rest.ask(
    method,
    `accounts/${account.accountId}${path}`,
    {
      ...{ token, body },
      headers: { "accept-language": language },
    },
  );
  return { status: answer.status, body: answer.body };
};
const preview = async (language?: string) =>
  (await ask("GET", "/preview?stream=contacts", undefined, language)).body;
const entriesOf = async (more = "") => {
  const { body } = await ask("GET", `/preview/entries?stream=contacts${more}`);
  return body.entries;
};
const apply = (number: number) =>
  ask("POST", "/preview/apply", { stream: "contacts", number });

beforeAll(async () => {
  rest = await restUnderTest();
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, 4));
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  userId += 1;
  account = await rest.office.account(OURS, { userId: `${userId}` });
});

const shown = (
  entry: Entry,
  number: bigint,
  action: WireShownAction,
  more: { fields?: string[]; conflict?: boolean; recordId?: string } = {},
): Result => ({
  entryId: entry.entryId,
  position: entry.position,
  outcome: {
    $case: "shown",
    value: {
      ...{ number, action, itemId: entry.itemId },
      fields: more.fields ?? [],
      conflict: more.conflict ?? false,
      record:
        more.recordId === undefined
          ? undefined
          : { kind: RecordKind.CUSTOMER, recordId: more.recordId },
    },
  },
  conflicts: [],
  destructive: false,
  unasked: false,
});

/** Four customers are linked; then somebody resets the stream over REST, and a run takes all in. */
const resetRun = async (): Promise<RunRef> => {
  const { office } = rest;
  const first = await office.begin(account);
  await office.takeIn(first);
  await office.commit(
    first,
    (await office.slice(first)).map((one) => linked(one)),
  );
  await office.end(first);
  expect((await ask("POST", "/reset", { stream: "contacts" })).status).toBe(
    202,
  );
  const run = await beginNow(office, account);
  await announce(office, run, []);
  await office.takeIn(run);
  return run;
};
const portion = async (run: RunRef) =>
  rest.office.runs.nextWork({ run, stream, limit: 100 });

test("a reset over REST hands out on trial, is shown, and goes on once somebody agrees", async () => {
  const run = await resetRun();
  expect(await preview()).toMatchObject({
    ...{ stream: "contacts", state: "planning", number: 1 },
    message: expect.stringContaining("ermittelt"),
  });
  expect((await apply(1)).status).toBe(409);
  const { entries, trial } = await portion(run);
  expect(trial).toBe(1n);
  const [a, b, c, d] = entries;
  await rest.office.commit(run, [
    shown(a!, trial, WireShownAction.CREATE, { recordId: a!.recordId }),
    shown(b!, trial, WireShownAction.DELETE, { recordId: b!.recordId }),
    shown(c!, trial, WireShownAction.CLEAR, {
      ...{ recordId: c!.recordId, fields: ["fax"], conflict: true },
    }),
    setAside(d!),
  ]);
  expect((await portion(run)).entries).toEqual([]);
  await rest.office.end(run);
  const told = await preview("en");
  expect(told).toEqual({
    ...{ stream: "contacts", state: "shown", number: 1 },
    since: expect.any(String),
    counts: {
      ...{ create: 1, adopt: 0, update: 0, take: 0, import: 0 },
      ...{ delete: 1, clear: 1, unlink: 0, conflict: 1 },
    },
    message: expect.stringContaining("Waits for your consent"),
  });
  const { body: status } = await ask("GET", "");
  expect(status.streams).toMatchObject([{ preview: "shown" }]);
  expect(status.lastSuccessAt).toEqual(expect.any(String));
  expect(await entriesOf("&action=clear")).toMatchObject([
    {
      ...{ action: "clear", conflict: true },
      record: { kind: "customer", recordId: c!.recordId },
      fields: [{ name: "fax", label: expect.any(String) }],
    },
  ]);
  expect(await entriesOf("&conflict=true")).toHaveLength(1);
  expect(await entriesOf()).toHaveLength(3);
  // Nothing passes by it.
  expect((await ask("POST", "/sync-now")).status).toBe(202);
  const idle = await beginNow(rest.office, account);
  expect(await portion(idle)).toMatchObject({ entries: [], trial: 1n });
  await rest.office.end(idle);
  expect(await apply(1)).toEqual({ status: 202, body: { applied: 3 } });
  expect(await preview()).toMatchObject({
    state: null,
    since: null,
    message: "",
  });
  const doing = await beginNow(rest.office, account);
  const after = await portion(doing);
  expect(after.trial).toBe(0n);
  expect(
    after.entries.map(({ recordId, released, previewed, intentFields }) => [
      ...[recordId, released, previewed, intentFields],
    ]),
  ).toEqual([
    [a!.recordId, false, true, []],
    [b!.recordId, true, true, []],
    [c!.recordId, true, true, ["fax"]],
  ]);
  // Approved, so it does not count against what may go unasked.
  await rest.office.commit(doing, [removed(after.entries[1]!)]);
  expect(
    await rest.state.rows("select 1 from state.removal where account_id = $1", [
      account.accountId,
    ]),
  ).toEqual([]);
  // One that was shown as something else is held, though ten may go unasked.
  await rest.office.commit(doing, [intend(after.entries[0]!)]);
  await rest.office.commit(doing, [linked(after.entries[2]!)]);
  expect((await work(rest.office, doing)).names).toEqual([]);
  const held = await ask("GET", "/held?stream=contacts");
  expect(held.body.entries).toMatchObject([{ removal: "delete" }]);
});

test("an item that a record is taken for is shown instead of a new one, each record once", async () => {
  const run = await resetRun();
  await announce(rest.office, run, [{ itemId: "x", itemVersion: "1" }]);
  const { entries, trial } = await portion(run);
  const its = entries.find(({ itemId }) => itemId === "x");
  const [a, b] = entries.filter(({ itemId }) => itemId === "");
  const recordId = a!.recordId;
  await rest.office.commit(run, [
    shown(a!, trial, WireShownAction.CREATE, { recordId }),
    shown(its!, trial, WireShownAction.ADOPT, { recordId }),
    shown(b!, trial, WireShownAction.CREATE, { recordId: b!.recordId }),
  ]);
  expect((await preview()).counts).toMatchObject({ create: 1, adopt: 1 });
  expect(await entriesOf("&action=adopt")).toMatchObject([{ itemId: "x" }]);
  expect(await entriesOf("&limit=1")).toHaveLength(1);
});

test("a removal that comes up later makes an answer to less void", async () => {
  const run = await resetRun();
  const { entries, trial } = await portion(run);
  await rest.office.commit(
    run,
    entries.map((entry) =>
      shown(entry, trial, WireShownAction.UPDATE, { recordId: entry.recordId }),
    ),
  );
  await rest.office.end(run);
  const late = await beginNow(rest.office, account);
  await rest.state.rows(
    `update state.inbox set state = 'pending', due_at = now() where account_id = $1 and record_id = 1`,
    [account.accountId],
  );
  const [one] = (await portion(late)).entries;
  await rest.office.commit(late, [
    shown(one!, trial, WireShownAction.DELETE, { recordId: "1" }),
  ]);
  expect((await apply(1)).status).toBe(409);
  expect((await preview()).number).toBe(2);
  expect((await apply(2)).body).toEqual({ applied: 4 });
});

test("what was planned for an older one counts no more, and is planned anew", async () => {
  const run = await resetRun();
  const { entries, trial } = await portion(run);
  expect((await ask("POST", "/reset", { stream: "contacts" })).status).toBe(
    202,
  );
  await rest.office.commit(
    run,
    entries.map((entry) => shown(entry, trial, WireShownAction.CREATE)),
  );
  expect(await preview()).toMatchObject({
    ...{ state: "planning", number: 2 },
    counts: { create: 0 },
  });
  expect((await portion(run)).entries).toHaveLength(4);
});

test("one that comes to nothing closes by itself", async () => {
  const run = await resetRun();
  const { entries } = await portion(run);
  await rest.office.commit(
    run,
    entries.map((entry) => linked(entry)),
  );
  await rest.office.end(run);
  expect(await preview()).toMatchObject({ state: null });
});

test.each([
  [true, 0, null],
  [true, 1, "planning"],
  [false, 1, null],
] as const)(
  "of a first connection (asked for: %s) with %i items there",
  async (asked, items, state) => {
    userId += 1;
    account = await rest.office.account(OURS, {
      ...{ userId: `${userId}`, preview: asked },
    });
    const run = await rest.office.begin(account);
    await rest.office.takeIn(run, stream, [RecordKind.CUSTOMER]);
    const trials = [(await portion(run)).trial];
    await rest.state.rows(
      "update state.stream set listed = false, preview = case when $2 then 'first' end where account_id = $1",
      [account.accountId, asked],
    );
    await announce(
      ...([rest.office, run] as const),
      Array.from({ length: items }, (_, index) => ({ itemId: `i${index}` })),
    );
    trials.push((await portion(run)).trial);
    expect((await preview()).state).toBe(state);
    expect(trials[1]! > 0n).toBe(state !== null);
  },
);
