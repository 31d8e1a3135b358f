import { randomUUID } from "node:crypto";
import { StreamKind, System, type Change } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FeedWriter, type Append } from "../feed/feed-writer.js";
import { partsOf } from "../feed/parts.js";
import {
  codeOf,
  customer,
  customers,
  linked,
  Office,
  untouched,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { OpenTransaction, pausing, waits } from "../testing/transaction.js";
import { Begin } from "./begin.js";
import { Commit } from "./commit.js";
import { End } from "./end.js";
import { IntakeRepository } from "./intake.repository.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let account: { tenantId: string; accountId: string };

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});
beforeEach(async () => {
  office = new Office(state, `ams-${randomUUID()}`);
  tenant = randomUUID();
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant);
  await office.run(account);
});

/** A batch as the writer knows it, for transactions that a spec drives itself. */
const batch = (recordIds: readonly number[], more: Partial<Append> = {}) => {
  const expectedLsn = office.lsn;
  office.lsn += 100n;
  office.number += 1n;
  return {
    source: office.source,
    writer: office.writer,
    number: office.number,
    epoch: office.epoch,
    expectedLsn,
    lsn: office.lsn,
    batch: partsOf(
      recordIds.map((recordId) => ({
        tenantId: tenant,
        kind: "customer" as const,
        recordId: BigInt(recordId),
        deleted: false,
        commit: { at: BigInt(Date.now()), traceParent: "" },
      })),
      [],
    ),
    ...more,
  };
};
const appending = async (what: Append): Promise<OpenTransaction> => {
  const open = await OpenTransaction.begin(state.database);
  await state.get(FeedWriter).append(open.manager, what);
  return open;
};
const keyOf = ({ runId }: { readonly runId: string }) =>
  ({ ...account, runId, system: "cloud" }) as const;
const makeDue = () =>
  state.rows(`update state.schedule set due_at = now() where account_id = $1`, [
    account.accountId,
  ]);
const dueNow = async () => {
  const [row] = await state.rows<{ due: boolean }>(
    `select due_at <= now() as due from state.schedule where account_id = $1`,
    [account.accountId],
  );
  return row?.due;
};

describe("intake against appending", () => {
  it("does not wait for an append under way, and finds its rows the next time", async () => {
    await makeDue();
    const run = await office.begin(account);
    const append = await appending(batch([4, 5]));
    expect(await office.takeIn(run)).toBe(0);
    await append.commit();
    expect(await office.takeIn(run)).toBe(2);
  });

  it("skips nothing where a second writer waits for the first", async () => {
    await makeDue();
    const run = await office.begin(account);
    const first = await appending(batch([4]));
    const second = office.append([customer(tenant, 5)]);
    expect(await waits(second)).toBe(true);
    expect(await office.takeIn(run)).toBe(0);
    await first.commit();
    await second;
    expect(await office.takeIn(run)).toBe(2);
  });

  it("leaves no hole where an append is rolled back", async () => {
    await makeDue();
    const run = await office.begin(account);
    const failing = batch([4]);
    const first = await appending(failing);
    await first.rollback();
    office.lsn = failing.expectedLsn;
    office.number -= 1n;
    await office.append([customer(tenant, 5)]);
    expect(await office.takeIn(run)).toBe(1);
  });

  it("keeps the order of intake and token when the intake is rolled back", async () => {
    await makeDue();
    const run = await office.begin(account);
    await office.append([customer(tenant, 4)]);
    const open = await OpenTransaction.begin(state.database, tenant);
    await state
      .get(IntakeRepository)
      .takeIn(open.manager, keyOf(run), "contacts", ["customer"]);
    await open.rollback();
    expect(await office.takeIn(run)).toBe(1);
  });

  it("still owes a full intake that was asked for while one was under way", async () => {
    await office.account(tenant, { ...account, settingsVersion: 2n });
    const run = await office.begin(account);
    const open = await OpenTransaction.begin(state.database, tenant);
    // After the stream was read, and before its token moves, a user's rights change.
    const between = pausing(open.manager, "with src as", () =>
      office.append([], { concerns: [{ tenantId: tenant, userId: "" }] }),
    );
    const intake = state.get(IntakeRepository);
    expect(
      await intake.takeIn(between, keyOf(run), "contacts", ["customer"]),
    ).toBe(3n);
    await open.commit();
    // The run has read the rights before: it is for the next one, which reads them anew.
    expect(await office.takeIn(run)).toBe(0);
    expect(await office.end(run)).toBe(true);
    const next = await office.begin(account);
    expect(await office.takeIn(next)).toBe(3);
    expect(await office.takeIn(next)).toBe(0);
  });

  it("starts anew with an epoch that began while it was under way", async () => {
    await makeDue();
    const run = await office.begin(account);
    const open = await OpenTransaction.begin(state.database, tenant);
    const between = pausing(open.manager, "with src as", () =>
      office.snapshot(customers(tenant, 2)),
    );
    const intake = state.get(IntakeRepository);
    await intake.takeIn(between, keyOf(run), "contacts", ["customer"]);
    await open.commit();
    await office.takeIn(run);
    const entries = await office.slice(run);
    expect(entries.map(({ recordId, gone }) => [recordId, gone])).toEqual(
      expect.arrayContaining([
        ["1", false],
        ["2", false],
        ["3", true],
      ]),
    );
  });

  it("takes every change in, whatever runs beside it", async () => {
    const sent: Change[] = [];
    let done = false;
    const writing = (async () => {
      for (let round = 0; round < 60; round += 1) {
        const changes = customers(tenant, 5, 1_000 + round * 5);
        sent.push(...changes);
        await office.append(changes, { part: round % 3 === 0 });
      }
      done = true;
    })();
    const seen = new Set<string>();
    const reading = (async () => {
      for (;;) {
        const last = done;
        await makeDue();
        const { worked } = await office.run(account);
        for (const { recordId } of worked) seen.add(recordId);
        if (last) return;
      }
    })();
    await Promise.all([writing, reading]);
    expect(sent).toHaveLength(300);
    const missing = sent.filter(({ recordId }) => !seen.has(recordId));
    expect(missing).toEqual([]);
  });
});

describe("the end of a run against appending", () => {
  const ended = { counts: {}, errorKind: null, errorMessage: null } as const;
  const ending = { ...ended, health: "ok", retryInMs: 0n } as const;

  const worked = async () => {
    await makeDue();
    const run = await office.begin(account);
    await office.takeIn(run);
    return run;
  };

  it("waits for an append under way, and asks for another run", async () => {
    const run = await worked();
    const append = await appending(batch([4]));
    const end = office.end(run);
    expect(await waits(end)).toBe(true);
    await append.commit();
    expect(await end).toBe(true);
    expect(await dueNow()).toBe(true);
  });

  it("is overruled by an append that waited for it", async () => {
    const run = await worked();
    const open = await OpenTransaction.begin(state.database, tenant);
    const more = await state
      .get(End)
      .end(
        open.manager,
        { ...account, runId: run.runId, system: "cloud" },
        ending,
      );
    expect(more).toBe(false);
    const append = office.append([customer(tenant, 4)]);
    expect(await waits(append)).toBe(true);
    await open.commit();
    const { wakeUps } = await append;
    expect(wakeUps.map((wakeUp) => wakeUp.account)).toEqual([account]);
    expect(await dueNow()).toBe(true);
    expect((await office.run(account)).worked).toHaveLength(1);
  });

  it("is overruled even where the account was due already", async () => {
    const run = await worked();
    await makeDue();
    const open = await OpenTransaction.begin(state.database, tenant);
    const key = { ...account, runId: run.runId, system: "cloud" } as const;
    await state.get(End).end(open.manager, key, ending);
    const append = office.append([customer(tenant, 4)]);
    expect(await waits(append)).toBe(true);
    await open.commit();
    await append;
    expect(await dueNow()).toBe(true);
  });

  it("loses no change, wherever it falls into a run", async () => {
    for (const moment of ["begin", "intake", "slice", "commit"]) {
      await makeDue();
      const change = () => office.append([customer(tenant, 3)]);
      const run = await office.begin(account);
      if (moment === "begin") await change();
      await office.takeIn(run);
      if (moment === "intake") await change();
      const entries = await office.slice(run);
      if (moment === "slice") await change();
      await office.commit(run, entries.map(untouched));
      if (moment === "commit") await change();
      const more = await office.end(run);
      const rest = more ? (await office.run(account)).worked : [];
      expect([moment, entries.length + rest.length]).toEqual([moment, 1]);
    }
  });
});

describe("leases against one another", () => {
  it("lets nobody begin while a commit under way outlives its lease", async () => {
    await makeDue();
    await office.append([customer(tenant, 1)]);
    const run = await office.begin(account);
    await office.takeIn(run);
    const [entry] = await office.slice(run);
    const open = await OpenTransaction.begin(state.database, tenant);
    const key = { ...account, runId: run.runId, system: "cloud" } as const;
    await state.get(Commit).commit(open.manager, key, "contacts", [
      {
        entryId: String(entry!.entryId),
        position: String(entry!.position),
        outcome: { type: "untouched" },
      },
    ]);
    await open.manager.query(
      `update state.account set lease_until = clock_timestamp() - interval '1 second' where account_id = $1`,
      [account.accountId],
    );
    await makeDue();
    const successor = office.runs.beginRun({
      account,
      system: System.CLOUD,
      worker: "pod-2",
    });
    expect(await waits(successor)).toBe(true);
    await open.commit();
    expect((await successor).runId).not.toBe("");
  });

  it("refuses a commit that waited for its lock until the lease was over", async () => {
    await makeDue();
    await office.append([customer(tenant, 1)]);
    const run = await office.begin(account);
    await office.takeIn(run);
    const [entry] = await office.slice(run);
    await state.rows(
      `update state.account set lease_until = clock_timestamp() + interval '200 milliseconds' where account_id = $1`,
      [account.accountId],
    );
    const holder = await OpenTransaction.begin(state.database, tenant);
    // Only a lock, no change: the row version that the commit waits for is the one that it had seen.
    await holder.manager.query(
      `select 1 from state.account where account_id = $1 for update`,
      [account.accountId],
    );
    const commit = office.commit(run, [linked(entry!)]).then(
      () => 0,
      (error: { code: number }) => error.code,
    );
    expect(await waits(commit)).toBe(true);
    await holder.rollback();
    expect(await commit).toBe(Status.ABORTED);
  });

  it("lets a second begin wait and then refuses it", async () => {
    await makeDue();
    const open = await OpenTransaction.begin(state.database, tenant);
    const first = await state.get(Begin).begin(open.manager, account, "cloud", {
      worker: "pod-1",
      jobLockMs: 15_000,
    });
    const second = office.begin(account);
    const refused = second.then(() => "granted", String);
    expect(first.granted).toBe(true);
    expect(await waits(second)).toBe(true);
    await open.commit();
    expect(await refused).toContain("BUSY");
  });

  it("does not lose a reset that falls into a run", async () => {
    await makeDue();
    const run = await office.begin(account);
    await office.takeIn(run);
    await office.accounts.resetStream({ account, stream: StreamKind.CONTACTS });
    expect(await office.end(run)).toBe(true);
    expect((await office.run(account)).worked).toHaveLength(3);
  });

  it("does not lose new settings that fall into a run", async () => {
    await makeDue();
    const run = await office.begin(account);
    await office.takeIn(run);
    await office.account(tenant, { ...account, settingsVersion: 2n });
    expect(await office.end(run)).toBe(true);
    expect((await office.run(account)).worked).toHaveLength(3);
  });

  it("refuses an old approval while a snapshot begins", async () => {
    const looked = office.epoch;
    await office.beginSnapshot();
    const approve = office.feed.approveAbsent({
      source: office.source,
      epoch: looked,
    });
    expect(await codeOf(approve)).toBe(Status.ABORTED);
  });
});
