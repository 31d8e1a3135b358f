import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  Departure,
  StreamKind,
  System,
} from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let account: { tenantId: string; accountId: string };
const { CONTACTS, APPOINTMENTS } = StreamKind;

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
  const tenantId = randomUUID();
  await office.snapshot();
  account = await office.account(tenantId);
  await office.run(account);
});

const hear = async (stream = CONTACTS, unwatched = false) => {
  const told = { account, stream, unwatched };
  return (await office.runs.hearOfChanges(told)).woken;
};
const begin = () =>
  office.runs.beginRun({ account, system: System.CLOUD, worker: "" });
const takeIn = (runId: string, watchedUntil?: Date) =>
  office.runs.takeInRemote({
    ...{ run: { account, runId }, stream: CONTACTS, changes: [] },
    ...{ token: "t", ...(watchedUntil && { watchedUntil }) },
  });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

it("makes the account due for a poll and wakes it, once until it has run", async () => {
  expect((await begin()).runId).toBe("");
  expect(await hear()).toBe(true);
  expect(await hear()).toBe(false);
  const { runId, streams } = await begin();
  expect(streams.map(({ remoteDue }) => remoteDue)).toEqual([true]);
  await takeIn(runId);
  expect(await office.end({ account, runId })).toBe(false);
  expect((await begin()).runId).toBe("");
  expect(await hear()).toBe(true);
});

it("during a run it waits for the end, and is asked about once more", async () => {
  await hear();
  const { runId } = await begin();
  await takeIn(runId);
  expect(await hear()).toBe(false);
  expect(await office.end({ account, runId })).toBe(true);
  const again = await begin();
  expect(again.streams.map(({ remoteDue }) => remoteDue)).toEqual([true]);
  await takeIn(again.runId);
  expect(await office.end({ account, runId: again.runId })).toBe(false);
});

it("does not wake what waits for a login or for a server, and is not lost on it", async () => {
  await hear();
  const { runId } = await begin();
  await takeIn(runId);
  await office.end(
    { account, runId },
    {
      ...{ health: AccountHealth.DEGRADED, errorKind: "throttled" },
      ...{ errorMessage: "Later.", retryInMs: 600_000n },
    },
  );
  expect(await hear()).toBe(false);
  await state.rows(
    `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [account.accountId],
  );
  const next = await begin();
  expect(next.streams.map(({ remoteDue }) => remoteDue)).toEqual([true]);
  await office.end(
    { account, runId: next.runId },
    {
      ...{ health: AccountHealth.NEEDS_LOGIN, errorKind: "auth" },
      errorMessage: "Log in.",
    },
  );
  expect(await hear()).toBe(false);
  expect((await begin()).runId).toBe("");
});

it("wakes neither a stream that is off nor another system's account, and knows no other", async () => {
  expect(await hear(APPOINTMENTS)).toBe(false);
  const outlook = state.runs("outlook-connector");
  const told = { account, stream: CONTACTS, unwatched: false };
  expect((await outlook.hearOfChanges(told)).woken).toBe(false);
  const nobody = { ...account, accountId: randomUUID() };
  const { woken } = await office.runs.hearOfChanges({
    ...told,
    account: nobody,
  });
  expect(woken).toBe(false);
  expect((await begin()).runId).toBe("");
});

it("remembers until when it is told, and that it stops", async () => {
  const watch = async () => {
    const { runId, streams } = await begin();
    const [stream] = streams;
    return { runId, told: [stream?.watched, stream?.unwatched] };
  };
  await hear();
  const first = await watch();
  expect(first.told).toEqual([false, false]);
  await takeIn(first.runId, inHours(1));
  await office.end({ account, runId: first.runId });
  await hear(CONTACTS, true);
  await hear(CONTACTS, false);
  const second = await watch();
  expect(second.told).toEqual([true, true]);
  await takeIn(second.runId, inHours(2));
  await office.end({ account, runId: second.runId });
  await hear();
  const third = await watch();
  expect(third.told).toEqual([true, false]);
  await takeIn(third.runId, inHours(-1));
  await office.end({ account, runId: third.runId });
  await hear();
  expect((await watch()).told).toEqual([false, false]);
});

it("that it stops during a run is left to the next one", async () => {
  await hear();
  const first = await begin();
  await hear(CONTACTS, true);
  await takeIn(first.runId, inHours(1));
  await office.end({ account, runId: first.runId });
  const second = await begin();
  expect(second.streams.map(({ unwatched }) => unwatched)).toEqual([true]);
  await takeIn(second.runId, inHours(1));
  await office.end({ account, runId: second.runId });
  await hear();
  const third = await begin();
  expect(third.streams.map(({ unwatched }) => unwatched)).toEqual([false]);
});

it("an account that is told of ends once that is called off, or nobody can log in", async () => {
  const leave = async (settingsVersion: bigint) => {
    const { ended } = await office.accounts.announceAccount({
      ...{ account, userId: "7", system: System.CLOUD, settingsVersion },
      leaving: Departure.REMOVE,
    });
    return ended;
  };
  await hear();
  const { runId } = await begin();
  await takeIn(runId, inHours(1));
  await office.end({ account, runId });
  expect(await leave(2n)).toBe(false);
  expect(await hear()).toBe(false);
  const last = await begin();
  expect(last.streams.map(({ watched }) => watched)).toEqual([true]);
  await takeIn(last.runId, new Date(0));
  await office.end({ account, runId: last.runId });
  expect(await leave(2n)).toBe(true);

  account = await office.account(account.tenantId);
  const next = await begin();
  await takeIn(next.runId, inHours(1));
  await office.end({ account, runId: next.runId });
  expect(await leave(2n)).toBe(false);
  const refused = await begin();
  await office.end(
    { account, runId: refused.runId },
    {
      ...{ health: AccountHealth.NEEDS_LOGIN, errorKind: "auth" },
      errorMessage: "Log in.",
    },
  );
  expect(await leave(2n)).toBe(true);
});
