import {
  Conflict_Winner,
  StreamKind,
  WireRemoval,
  type Entry,
} from "@ams-sync/contracts";
import type { Asked } from "@ams-sync/testing/rest";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { customers, linked } from "../testing/office.js";
import {
  BOSS,
  OURS,
  restUnderTest,
  type RestUnderTest,
} from "../testing/rest-under-test.js";
import {
  announce,
  beginNow,
  intend,
  left,
  lost,
  withConflict,
  work,
} from "../testing/two-ways.js";

const COUNT = 40;
let rest: RestUnderTest;
let token: string;
let account: { tenantId: string; accountId: string };

const ask = (method: string, path: string, body?: unknown, language = "de") =>
  rest.ask(method, `accounts/${account.accountId}/${path}`, {
    ...{ token, body },
    headers: { "accept-language": language },
  });
const list = async (
  path: string,
  name: string,
  language = "de",
): Promise<Asked["body"][]> => {
  const { status, body } = await ask("GET", path, undefined, language);
  expect(status).toBe(200);
  return body[name];
};
const problem = ({ status, body }: Asked) => [
  status,
  body.type.replace("urn:ams-sync:problem:", ""),
];

beforeAll(async () => {
  rest = await restUnderTest();
  token = await rest.issuer.tokenFor(BOSS.login);
  await rest.office.snapshot(customers(OURS, COUNT));
});
afterAll(() => rest?.stop());
beforeEach(async () => {
  await rest.state.rows("delete from state.account");
  account = await rest.office.account(OURS);
  await rest.office.run(account);
});

/** Entries of the linked items of the first so many records. */
async function announced(count: number, gone = false) {
  const run = await beginNow(rest.office, account);
  const changes = Array.from({ length: count }, (_, index) => ({
    ...{ itemId: `/dav/ams/${index + 1}.vcf`, itemVersion: '"2"', gone },
  }));
  await announce(rest.office, run, changes);
  return { run, entries: (await work(rest.office, run)).entries };
}

/** More of them than may go unasked. */
async function hold(how: (entry: Entry) => ReturnType<typeof intend>) {
  const { run, entries } = await announced(12);
  await rest.office.commit(run, entries.map(how));
  // Asking for work is when the guard judges.
  await work(rest.office, run);
  await rest.office.end(run);
}

test("what is held is shown in pages with what would go, and exactly that is approved", async () => {
  await hold((entry) => intend(entry, WireRemoval.CLEAR, ["mobile"]));
  const [first] = await list("held?stream=contacts&limit=1", "entries");
  expect(first).toMatchObject({
    ...{ removal: "clear", approved: false, itemId: "/dav/ams/1.vcf" },
    record: { kind: "customer", recordId: "1" },
    fields: [{ name: "mobile", label: "Mobiltelefon" }],
  });
  const rest11 = await list(
    `held?stream=contacts&after=${first.entryId}`,
    "entries",
    "en",
  );
  expect(rest11).toHaveLength(11);
  expect(rest11[0].fields[0].label).toBe("mobile phone");
  const { entryId, position } = first;
  const approve = (more: object) =>
    ask("POST", "held/approve", {
      stream: "contacts",
      entries: [
        { entryId, position, removal: "clear", fields: ["mobile"], ...more },
      ],
    });
  for (const other of [
    { fields: [] },
    { removal: "delete" },
    { position: "999" },
  ])
    expect((await approve(other)).body).toEqual({ approved: 0 });
  expect((await approve({})).body).toEqual({ approved: 1 });
  const [again] = await list("held?stream=contacts", "entries");
  expect(again).toMatchObject({ entryId, approved: true });
  expect(await list("held?stream=appointments", "entries")).toEqual([]);
});

test("items without a record say why, and become what somebody says", async () => {
  const run = await beginNow(rest.office, account);
  const items = ["/dav/a.vcf", "/dav/b.vcf", "/dav/c ü.vcf"];
  await announce(
    rest.office,
    run,
    items.map((itemId) => ({ itemId })),
  );
  const { entries } = await work(rest.office, run);
  await rest.office.commit(
    run,
    entries.map((entry, index) => left(entry, [], index === 1 ? ["3"] : [])),
  );
  await rest.office.end(run);
  const pages = await ask("GET", "left?stream=contacts&limit=2");
  expect(pages.body.items).toMatchObject([
    {
      ...{ itemId: items[0], reason: "no-category", settled: false },
      message: expect.stringContaining("Kategorie"),
    },
    {
      ...{ itemId: items[1], reason: "ambiguous" },
      candidates: [{ kind: "customer", recordId: "3" }],
    },
  ]);
  const after = encodeURIComponent(pages.body.next);
  const english = await list(
    `left?stream=contacts&limit=2&after=${after}`,
    "items",
    "en",
  );
  expect(english).toMatchObject([
    { itemId: items[2], message: expect.stringContaining("category") },
  ]);
  const decide = (itemId: string, decision: unknown) =>
    ask("POST", "left/decide", { stream: "contacts", itemId, decision });
  expect((await decide(items[0]!, "leave")).status).toBe(204);
  expect(await list("left?stream=contacts", "items")).toMatchObject([
    { settled: true },
    { settled: false },
    { settled: false },
  ]);
  // The record has an item already.
  const linkTo = { kind: "customer", recordId: "3" };
  expect(problem(await decide(items[1]!, { linkTo }))).toEqual([
    ...[409, "conflict"],
  ]);
  expect((await decide(items[2]!, "import")).status).toBe(204);
  expect(problem(await decide("/dav/none.vcf", "import"))).toEqual([
    ...[404, "not-found"],
  ]);
  const next = await beginNow(rest.office, account);
  const [entry] = (await work(rest.office, next)).entries;
  expect(entry).toMatchObject({
    ...{ itemId: items[2], decision: { answer: { $case: "create" } } },
  });
});

test.each([
  [{ itemId: "/x", decision: "keep" }, "/decision"],
  [{ itemId: "", decision: "leave" }, "/itemId"],
  [{ itemId: "/x\0", decision: "leave" }, "/itemId"],
  [
    {
      itemId: "/x",
      decision: { linkTo: { kind: "appointment", recordId: "1" } },
    },
    "/decision/linkTo/kind",
  ],
])("an answer that cannot be is told at its field: %#", async (body, field) => {
  const { status, body: told } = await ask("POST", "left/decide", {
    ...{ stream: "contacts", ...body },
  });
  expect([status, told.errors?.[0]?.pointer]).toEqual([422, field]);
});

test("what was lost is shown and comes back, or stays away", async () => {
  const { run, entries } = await announced(3, true);
  await rest.office.commit(run, entries.map(lost));
  await rest.office.end(run);
  const first = await ask("GET", "lost?stream=contacts&limit=2");
  expect(first.body.items).toMatchObject([
    {
      record: { kind: "customer", recordId: "1" },
      ...{ itemId: "/dav/ams/1.vcf", state: "noticed" },
    },
    { record: { recordId: "2" } },
  ]);
  expect(
    await list(
      `lost?stream=contacts&limit=2&after=${first.body.next}`,
      "items",
    ),
  ).toMatchObject([{ record: { recordId: "3" } }]);
  const decide = (recordId: string, restore: boolean) =>
    ask("POST", "lost/decide", {
      record: { kind: "customer", recordId },
      restore,
    });
  expect((await decide("1", true)).status).toBe(204);
  expect((await decide("2", false)).status).toBe(204);
  expect(problem(await decide("4", true))).toEqual([404, "not-found"]);
  await rest.state.rows(
    "update state.feed set deleted = true where record_id = 3",
  );
  expect(problem(await decide("3", true))).toEqual([409, "conflict"]);
  await rest.state.rows("update state.feed set deleted = false");
  expect(await list("lost?stream=contacts", "items")).toMatchObject([
    { state: "noticed" },
    { state: "left" },
    { state: "noticed" },
  ]);
  const next = await beginNow(rest.office, account);
  const { entries: due } = await work(rest.office, next);
  expect(due).toMatchObject([{ recordId: "1", restore: true }]);
});

test("conflicts say what was kept and what was lost, newest first", async () => {
  const { run, entries } = await announced(3);
  await rest.office.commit(
    run,
    entries.map((entry) => ({
      ...withConflict(entry, "city"),
      ...linked(entry, { itemId: entry.itemId }),
      conflicts: withConflict(entry, "city").conflicts,
    })),
  );
  const found = await ask("GET", "conflicts?limit=2");
  expect(found.body.conflicts).toMatchObject([
    {
      ...{ stream: "contacts", record: { kind: "customer", recordId: "3" } },
      ...{ field: "city", label: "Ort", winner: "ams" },
      ...{ kept: "Köln", lost: null, runId: run.runId },
    },
    { record: { recordId: "2" } },
  ]);
  expect(
    await list(`conflicts?limit=2&after=${found.body.next}`, "conflicts", "en"),
  ).toMatchObject([{ record: { recordId: "1" }, label: "city" }]);
});

test("a value that lost is taken back, unless the field was changed since", async () => {
  const { run, entries } = await announced(3);
  await rest.office.commit(
    run,
    entries.map((entry) => ({
      ...linked(entry, { itemId: entry.itemId }),
      conflicts: [
        {
          field: "city",
          winner: Conflict_Winner.AMS,
          ams: "Köln",
          remote: "Ulm",
        },
        ...(entry.itemId === "/dav/ams/1.vcf"
          ? [
              {
                ...{ field: "lastName", winner: Conflict_Winner.REMOTE },
                ...{ ams: undefined, remote: "Müller-Lüdenscheidt" },
              },
            ]
          : []),
      ],
    })),
  );
  await rest.office.end(run);
  const conflicts = await list("conflicts", "conflicts");
  const takeBack = (recordId: string, field = "city") => {
    const { conflictId } = conflicts.find(
      (one) => one.record.recordId === recordId && one.field === field,
    );
    return ask("POST", `conflicts/${conflictId}/take-back`);
  };
  expect((await takeBack("1")).status).toBe(202);
  expect((await takeBack("1", "lastName")).status).toBe(202);
  await rest.state.rows(
    `update state.link set fields = '{"city": "Trier"}' where account_id = $1 and record_id = 2`,
    [account.accountId],
  );
  expect(problem(await takeBack("2"))).toEqual([409, "conflict"]);
  for (const gone of [
    "hash = '', fields = '{}'",
    "lost = 'noticed', lost_at = now()",
  ]) {
    await rest.state.rows(
      `update state.link set ${gone} where account_id = $1 and record_id = 3`,
      [account.accountId],
    );
    expect(problem(await takeBack("3"))).toEqual([409, "conflict"]);
  }
  expect(problem(await ask("POST", "conflicts/999999/take-back"))).toEqual([
    ...[404, "not-found"],
  ]);
  const next = await beginNow(rest.office, account);
  const { entries: due } = await work(rest.office, next);
  expect(due).toMatchObject([
    {
      recordId: "1",
      takeBack: [
        { field: "city", kept: "Köln", lost: "Ulm" },
        { field: "lastName", kept: "Müller-Lüdenscheidt", lost: undefined },
      ],
    },
  ]);
  const told = async (language?: string) =>
    Object.fromEntries(
      (await list("conflicts", "conflicts", language))
        .filter(({ record }) => record.recordId === "1")
        .map(({ field, takenBack }) => [field, takenBack]),
    );
  expect(await told("en")).toMatchObject({
    city: { state: "waiting", message: expect.stringContaining("next run") },
    lastName: { state: "waiting" },
  });
  // What the run remembers ends the wish: the one value is agreed on, the other was overtaken.
  await rest.office.commit(
    next,
    due.map((entry) =>
      linked(entry, { fields: `{"city": "Ulm", "lastName": "Groß"}` }),
    ),
  );
  expect((await work(rest.office, next)).entries).toEqual([]);
  expect(await told()).toMatchObject({
    city: { state: "done" },
    lastName: {
      ...{ state: "overtaken", message: expect.stringContaining("geändert") },
    },
  });
});

test("an address is taken back whole, or not at all", async () => {
  const { run, entries } = await announced(2);
  const gaveWay = (field: string, ams: string, remote: string) => ({
    ...{ field, winner: Conflict_Winner.AMS, ams, remote },
  });
  await rest.office.commit(
    run,
    entries.map((entry) => ({
      ...linked(entry, {
        itemId: entry.itemId,
        fields: `{"street": "${entry.itemId.endsWith("1.vcf") ? "Am Ring 1" : "Am Ring 2"}", "city": "Köln", "fax": "1"}`,
      }),
      conflicts: [
        gaveWay("street", "Am Ring 1", "Weg 5"),
        gaveWay("city", "Köln", "Ulm"),
        gaveWay("fax", "1", "2"),
      ],
    })),
  );
  await rest.office.end(run);
  const conflicts = await list("conflicts", "conflicts");
  const takeBack = (recordId: string) => {
    const { conflictId } = conflicts.find(
      (one) => one.record.recordId === recordId && one.field === "city",
    );
    return ask("POST", `conflicts/${conflictId}/take-back`);
  };
  expect((await takeBack("1")).status).toBe(202);
  expect(problem(await takeBack("2"))).toEqual([409, "conflict"]);
  const next = await beginNow(rest.office, account);
  const { entries: due } = await work(rest.office, next);
  expect(due).toMatchObject([
    {
      recordId: "1",
      takeBack: [
        { field: "city", lost: "Ulm" },
        { field: "street", lost: "Weg 5" },
      ],
    },
  ]);
});

test("values of a customer who is not released are hidden, and not to be taken back", async () => {
  const rows = () => list("conflicts", "conflicts");
  const { run, entries } = await announced(1);
  await rest.office.commit(
    run,
    entries.map((entry) => ({
      ...linked(entry, { itemId: entry.itemId }),
      conflicts: withConflict(entry, "city").conflicts,
    })),
  );
  await rest.office.end(run);
  const [open] = await rows();
  expect(open).toMatchObject({ hidden: false, kept: "Köln" });
  rest.settings.hidden.add(`${BOSS.userId}/${open.record.recordId}`);
  try {
    expect((await rows())[0]).toMatchObject({
      ...{ conflictId: open.conflictId, label: open.label },
      ...{ hidden: true, kept: null, lost: null },
    });
    const back = `conflicts/${open.conflictId}/take-back`;
    expect(problem(await ask("POST", back))).toEqual([403, "missing-right"]);
    rest.settings.down = true;
    expect((await ask("GET", "conflicts")).status).toBe(503);
  } finally {
    rest.settings.down = false;
    rest.settings.hidden.clear();
  }
});

test("the hoster sees figures of all brokerages in pages, and nobody's data", async () => {
  await rest.office.account("6c1f7d2f-8b63-4c9f-8e6d-1b5f4d3c2e11", {
    ...{ userId: "51", streams: [StreamKind.APPOINTMENTS] },
  });
  await rest.office.account(OURS, { userId: "8" });
  await rest.state.rows(
    "update state.account set health = 'needs-login' where user_id = 8",
  );
  const off = await rest.office.account(OURS, { userId: "9", streams: [] });
  const hoster = await rest.issuer.tokenFor("betrieb");
  const tenants = (query: string) =>
    rest.ask("GET", `tenants?limit=1${query}`, { token: hoster });
  const one = await tenants("");
  expect(one.body.tenants).toEqual([
    {
      ...{ tenantId: OURS, accounts: 3, pending: 0, setAside: 0 },
      byHealth: { ok: 1, degraded: 0, "needs-login": 1, paused: 1 },
      oldestSuccessAt: expect.any(String),
    },
  ]);
  const paused = await rest.ask("GET", "accounts?health=paused", { token });
  expect(paused.body.accounts).toMatchObject([
    { accountId: off.accountId, health: "paused", dueAt: null, streams: [] },
  ]);
  const two = await tenants(`&after=${one.body.next}`);
  expect(two.body.tenants).toMatchObject([
    { accounts: 1, oldestSuccessAt: null },
  ]);
  for (const { text } of [one, two])
    for (const told of [account.accountId, "userId", "vcf"])
      expect(text).not.toContain(told);
});
