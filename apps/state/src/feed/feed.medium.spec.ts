import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  changesToWire,
  RecordKind,
  SourceStatus,
  StreamKind,
  System,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { codeOf, customer, customers, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(() => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
});

interface FeedRow {
  readonly record_id: string;
  readonly position: string;
  readonly deleted: boolean;
  readonly held: boolean;
}
const feedRows = () =>
  state.rows<FeedRow>(
    `select record_id, position, deleted, held from state.feed where tenant_id = $1 order by position`,
    [tenant],
  );
const records = async () => (await feedRows()).map((row) => row.record_id);

describe("appending", () => {
  it("gives each record its newest position, in commit order", async () => {
    await office.snapshot(customers(tenant, 3));
    await office.append([
      customer(tenant, 2),
      customer(tenant, 1, { deleted: true }),
      customer(tenant, 2),
    ]);
    const rows = await feedRows();
    expect(rows.map((row) => row.record_id)).toEqual(["3", "1", "2"]);
    expect(rows.map((row) => row.deleted)).toEqual([false, true, false]);
    const positions = rows.map((row) => BigInt(row.position));
    expect(positions[2]! - positions[1]!).toBe(1n);
  });

  it("keeps time and trace of each change, whatever their text holds", async () => {
    await office.snapshot();
    const traces = ["", `{"Müller",NULL}\\`, "null", "00-ab-cd-01"];
    await office.append(
      traces.map((traceParent, index) => ({
        ...customer(tenant, index, { at: `2026-10-25T00:30:00.00${index}Z` }),
        traceParent,
      })),
    );
    const stored = await state.rows<Record<string, string | null>>(
      `select trace_parent, extract(milliseconds from committed_at)::int as ms
       from state.feed where tenant_id = $1 order by record_id`,
      [tenant],
    );
    expect(stored).toEqual(
      traces.map((text, ms) => ({ trace_parent: text || null, ms })),
    );
  });

  it("keeps what all changes of a batch share, as what only some do", async () => {
    await office.snapshot();
    const stored = (ids: readonly number[]) =>
      state.rows<Record<string, unknown>>(
        `select kind, deleted, trace_parent, extract(milliseconds from committed_at)::int as ms
         from state.feed where tenant_id = $1 and record_id = any($2) order by record_id`,
        [tenant, ids],
      );
    const company = (id: number, ms: number, trace: string) => ({
      ...customer(tenant, id, {
        deleted: true,
        at: `2026-10-25T00:30:00.00${ms}Z`,
      }),
      kind: RecordKind.COMPANY,
      traceParent: trace,
    });
    const shared = `{"Groß",NULL}\\`;
    await office.append([1, 2, 3].map((id) => company(id, 7, shared)));
    const told = { kind: "company", deleted: true, trace_parent: shared };
    expect(await stored([1, 2, 3])).toEqual(
      Array.from({ length: 3 }, () => ({ ...told, ms: 7 })),
    );
    await office.append([
      company(4, 1, ""),
      customer(tenant, 5, { at: "2026-10-25T00:30:00.002Z" }),
    ]);
    expect(await stored([4, 5])).toEqual([
      { kind: "company", deleted: true, trace_parent: null, ms: 1 },
      { kind: "customer", deleted: false, trace_parent: null, ms: 2 },
    ]);
  });

  it("finds a record by its number before it looks at the text of its kind", async () => {
    const key = await state.rows<{ columns: string }>(
      `select string_agg(attname, ' ' order by attnum) as columns
       from pg_attribute where attrelid = 'state.feed_pkey'::regclass`,
    );
    expect(key).toEqual([{ columns: "tenant_id record_id kind" }]);
  });

  it("skips a batch that is sent twice, after a lost answer", async () => {
    await office.snapshot();
    const before = { ...office };
    expect((await office.append([customer(tenant, 1)])).stored).toBe(true);
    const rows = await feedRows();
    office.lsn = before.lsn;
    office.number = before.number;
    expect((await office.append([customer(tenant, 1)])).stored).toBe(false);
    expect(await feedRows()).toEqual(rows);
  });

  it("skips what a slot delivers again from further back", async () => {
    await office.snapshot();
    await office.append([customer(tenant, 1)]);
    await office.append([customer(tenant, 1, { deleted: true })]);
    const answer = await office.feed.appendChanges({
      source: office.source,
      writer: office.writer,
      number: office.number + 1n,
      epoch: office.epoch,
      expectedLsn: office.lsn,
      lsn: 1_100n,
      changes: changesToWire([customer(tenant, 1)]),
      concerns: [],
    });
    expect(answer.stored).toBe(false);
    expect((await feedRows())[0]?.deleted).toBe(true);
  });

  it("stores parts of a long transaction without moving the LSN, and again after a crash", async () => {
    await office.snapshot();
    const { lsn } = office;
    await office.append(customers(tenant, 2), { part: true });
    // The writer died; its successor reads where state stands and sends the transaction from its start.
    expect((await office.open()).lastLsn).toBe(lsn);
    await office.append(customers(tenant, 2), { part: true });
    await office.append([customer(tenant, 3)]);
    expect(await records()).toEqual(["1", "2", "3"]);
  });

  it("stores a part once, however often and late it arrives: no tombstone of its transaction is overwritten", async () => {
    await office.snapshot();
    const early = { ...office };
    await office.append([customer(tenant, 1)], { part: true });
    const end = customer(tenant, 1, { deleted: true });
    await office.append([end], { part: true });
    // The answer to the first part was lost; its repetition is carried out now.
    const again = {
      ...part(early),
      changes: changesToWire([customer(tenant, 1)]),
    };
    expect((await office.feed.appendChanges(again)).stored).toBe(false);
    expect((await feedRows()).map(({ deleted }) => deleted)).toEqual([true]);
  });

  it("refuses a part that overtook the one before it, and takes both in turn", async () => {
    await office.snapshot();
    const first = part(office);
    const second = { ...first, number: first.number + 1n };
    const send = (request: typeof first, record: number) =>
      office.feed.appendChanges({
        ...{ ...request, changes: changesToWire([customer(tenant, record)]) },
      });
    expect(await codeOf(send(second, 2))).toBe(Status.ABORTED);
    expect(await records()).toEqual([]);
    expect((await send(first, 1)).stored).toBe(true);
    expect((await send(second, 2)).stored).toBe(true);
    expect(await records()).toEqual(["1", "2"]);
  });

  it("takes nothing more of a writer once another one has opened", async () => {
    await office.snapshot();
    const late = part(office);
    const rival = new Office(state, office.source);
    rival.epoch = office.epoch;
    rival.lsn = (await rival.open()).lastLsn;
    const changes = changesToWire([customer(tenant, 1)]);
    expect(await codeOf(office.feed.appendChanges({ ...late, changes }))).toBe(
      Status.ABORTED,
    );
    expect((await rival.append([customer(tenant, 2)])).stored).toBe(true);
    office.lsn = rival.lsn;
    expect(await codeOf(office.append([customer(tenant, 3)]))).toBe(
      Status.ABORTED,
    );
    expect(await records()).toEqual(["2"]);
    // Who only looks takes nothing over.
    await office.feed.openSource({
      ...{ name: office.source, systemIdentifier: `7301/${office.source}` },
      writer: "",
    });
    expect((await rival.append([customer(tenant, 4)])).stored).toBe(true);
  });

  /** The next part that this writer would send. */
  const part = (of: Pick<Office, "writer" | "number" | "epoch" | "lsn">) => ({
    source: office.source,
    writer: of.writer,
    number: of.number + 1n,
    epoch: of.epoch,
    expectedLsn: of.lsn,
    lsn: 0n,
    concerns: [],
  });

  it("refuses a writer that somebody overtook, and stores nothing of it", async () => {
    await office.snapshot();
    const stale = office.lsn;
    await office.append([customer(tenant, 1)]);
    const late = (over: object) =>
      office.feed.appendChanges({
        source: office.source,
        writer: office.writer,
        number: office.number + 1n,
        epoch: office.epoch,
        expectedLsn: stale,
        lsn: 0n,
        changes: changesToWire([customer(tenant, 99)]),
        concerns: [],
        ...over,
      });
    expect(await codeOf(late({}))).toBe(Status.ABORTED);
    expect(await codeOf(late({ lsn: office.lsn + 1n }))).toBe(Status.ABORTED);
    expect(
      await codeOf(late({ expectedLsn: office.lsn, epoch: office.epoch - 1n })),
    ).toBe(Status.ABORTED);
    expect(await records()).toEqual(["1"]);
  });

  it("lets one of two writers win that open at the same moment", async () => {
    await office.snapshot();
    const rival = new Office(state, office.source);
    rival.epoch = office.epoch;
    rival.lsn = office.lsn;
    await Promise.all([office.open(), rival.open()]);
    // The same part, as both decode the same log; neither names an end that could tell them apart.
    const both = await Promise.allSettled(
      [office, rival].map((one) =>
        one.append([customer(tenant, 2)], { part: true }),
      ),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([
      "fulfilled",
      "rejected",
    ]);
    expect(await records()).toEqual(["2"]);
  });

  it("refuses a tenant that lives in another ams database", async () => {
    await office.snapshot(customers(tenant, 1));
    const other = new Office(state, `ams-${randomUUID()}`);
    await other.snapshot();
    const stray = other.append([
      customer(randomUUID(), 1),
      customer(tenant, 2),
    ]);
    expect(await codeOf(stray)).toBe(Status.ALREADY_EXISTS);
    expect(await records()).toEqual(["1"]);
  });

  it("keeps tenants of one batch apart", async () => {
    const second = randomUUID();
    await office.snapshot();
    await office.append([customer(tenant, 5), customer(second, 5)]);
    await office.append([customer(second, 5, { deleted: true })]);
    expect((await feedRows())[0]?.deleted).toBe(false);
    const others = await state.rows<FeedRow>(
      `select deleted from state.feed where tenant_id = $1`,
      [second],
    );
    expect(others).toEqual([{ deleted: true }]);
  });
});

describe("waking", () => {
  it("wakes the accounts whose streams hold the kind, and no others", async () => {
    await office.snapshot(customers(tenant, 1));
    const contacts = await office.account(tenant);
    const calendar = await office.account(tenant, {
      streams: [StreamKind.APPOINTMENTS],
    });
    await office.account(randomUUID());
    for (const account of [contacts, calendar]) await settle(account);
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps.map(({ account }) => account)).toEqual([contacts]);
    const due = await state.rows<{ account_id: string }>(
      `select account_id from state.schedule where tenant_id = $1 and due_at <= now()`,
      [tenant],
    );
    expect(due).toEqual([{ account_id: contacts.accountId }]);
  });

  it("wakes everybody when a tenant is seen for the first time", async () => {
    await office.snapshot();
    const calendar = await office.account(tenant, {
      streams: [StreamKind.APPOINTMENTS],
    });
    await settle(calendar);
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps.map(({ account }) => account)).toEqual([calendar]);
  });

  it("ends the back-off of those who waited for the tenant's first sight, but no wait that a server asked for", async () => {
    await office.snapshot();
    const early = await office.account(tenant);
    const throttled = await office.account(tenant);
    const fail = async (account: typeof early, errorKind: string) => {
      const run = await office.begin(account);
      await office.end(run, {
        health: AccountHealth.DEGRADED,
        errorKind,
        retryInMs: errorKind === "throttled" ? 600_000n : 0n,
      });
    };
    await fail(early, "transient");
    await fail(throttled, "throttled");
    await expect(office.begin(early)).rejects.toThrow("refused");
    const { wakeUps } = await office.append([customer(tenant, 1)]);
    expect(wakeUps.map(({ account }) => account)).toEqual([early]);
    expect((await office.begin(early)).runId).not.toBe("");
    await expect(office.begin(throttled)).rejects.toThrow("refused");
  });

  it("asks for a full intake where a concern names the user", async () => {
    await office.snapshot(customers(tenant, 1));
    const concerned = await office.account(tenant, { userId: "3" });
    const other = await office.account(tenant, { userId: "4" });
    await settle(concerned);
    await settle(other);
    const { wakeUps } = await office.append([], {
      concerns: [{ tenantId: tenant, userId: "3" }],
    });
    expect(wakeUps.map(({ account }) => account)).toEqual([concerned]);
    const run = await office.runs.beginRun({
      account: concerned,
      system: System.CLOUD,
      worker: "spec",
    });
    expect(run.streams.map(({ full }) => full)).toEqual([true]);
    expect(await office.takeIn({ account: concerned, runId: run.runId })).toBe(
      1,
    );
  });

  it("asks everybody of the tenant where a concern names nobody", async () => {
    await office.snapshot(customers(tenant, 1));
    const all = [
      await office.account(tenant, { userId: "3" }),
      await office.account(tenant, { userId: "4" }),
    ];
    for (const account of all) await settle(account);
    const { wakeUps } = await office.append([], {
      concerns: [{ tenantId: tenant, userId: "" }],
    });
    expect(wakeUps).toHaveLength(2);
  });

  const settle = async (account: { tenantId: string; accountId: string }) => {
    await office.run(account).catch(() => undefined);
    await state.rows(
      `update state.schedule set due_at = now() + interval '1 hour' where account_id = $1`,
      [account.accountId],
    );
  };
});

describe("the source", () => {
  it("refuses another database under a known name", async () => {
    await office.snapshot();
    const other = office.feed.openSource({
      name: office.source,
      systemIdentifier: "9999/ams",
      writer: "spec",
    });
    expect(await codeOf(other)).toBe(Status.FAILED_PRECONDITION);
  });

  it("takes no changes before its first snapshot", async () => {
    await office.feed.openSource({
      name: office.source,
      systemIdentifier: "1/a",
      writer: "spec",
    });
    office.writer = "spec";
    expect(await codeOf(office.append([customer(tenant, 1)]))).toBe(
      Status.FAILED_PRECONDITION,
    );
  });

  it("lets one of two replicas begin a snapshot", async () => {
    await office.beginSnapshot();
    const begin = () =>
      office.feed.beginSnapshot({
        name: office.source,
        expectedEpoch: office.epoch,
      });
    const both = await Promise.allSettled([begin(), begin()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([
      "fulfilled",
      "rejected",
    ]);
  });

  it("stays stopped with its first reason until a snapshot begins", async () => {
    await office.snapshot();
    const stop = (message: string) =>
      office.feed.stopSource({
        name: office.source,
        epoch: office.epoch,
        code: "truncate",
        message,
      });
    await stop("customer wurde geleert");
    expect((await stop("noch einmal")).stopMessage).toBe(
      "customer wurde geleert",
    );
    expect(await codeOf(office.append([customer(tenant, 1)]))).toBe(
      Status.ABORTED,
    );
    await office.beginSnapshot();
    const source = await office.feed.openSource({
      name: office.source,
      systemIdentifier: `7301/${office.source}`,
      writer: "",
    });
    expect(source).toMatchObject({
      status: SourceStatus.SNAPSHOT,
      stopCode: "",
      stopMessage: "",
    });
  });
});

describe("bad input", () => {
  const bad = (change: object) => {
    const good = changesToWire([customer(tenant, 1), customer(tenant, 2)]);
    office.number += 1n;
    return office.feed.appendChanges({
      source: office.source,
      writer: office.writer,
      number: office.number,
      epoch: office.epoch,
      expectedLsn: office.lsn,
      lsn: office.lsn + 100n,
      changes: { ...good, ...change },
      concerns: [],
    });
  };

  it.each([
    ["changes.tenant_ids[0]", { tenantIds: ["Köln"] }],
    ["changes.tenant[1]", { tenant: [0, 1] }],
    ["changes.commit[0]", { commit: [7, 0] }],
    ["changes.kind[1]", { kind: [RecordKind.AGENT, RecordKind.UNSPECIFIED] }],
    ["changes.kind", { kind: [RecordKind.CUSTOMER] }],
    ["changes.deleted", { deleted: [] }],
    ["changes.trace_parent", { traceParent: [""] }],
    ["changes.trace_parent[1]", { traceParent: ["", "\0"] }],
    ["changes.committed_at[1]", { committedAt: [0n, 2n ** 62n] }],
  ])("names %s and changes nothing", async (field, change) => {
    await office.snapshot();
    const failure: Error = await bad(change).then(
      () => new Error("was not refused"),
      (error: Error) => error,
    );
    expect(failure).toMatchObject({ code: Status.INVALID_ARGUMENT });
    expect(failure.message).toContain(`${field} `);
    expect(await records()).toEqual([]);
    const [source] = await state.rows<{ last_lsn: string }>(
      `select last_lsn from state.source where name = $1`,
      [office.source],
    );
    expect(source?.last_lsn).toBe("1000");
  });
});
