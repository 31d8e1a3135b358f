import { randomUUID } from "node:crypto";
import { Origin, StreamKind, System, type RunRef } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  agreed,
  codeOf,
  customer,
  customers,
  Office,
} from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;
let office: Office;
let tenant: string;
let account: { tenantId: string; accountId: string };
let home: string;

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
  home = `https://cloud.example/dav/${randomUUID()}/`;
  await office.snapshot(customers(tenant, 3));
  account = await office.account(tenant, { streams: [CONTACTS, APPOINTMENTS] });
});

const { CONTACTS, APPOINTMENTS } = StreamKind;
type Ref = { tenantId: string; accountId: string };

const tell = (
  settingsVersion: bigint,
  over: { streams?: StreamKind[]; movedStreams?: StreamKind[] } = {},
) =>
  office.account(tenant, {
    streams: [CONTACTS, APPOINTMENTS],
    ...account,
    credentialChanged: false,
    settingsVersion,
    ...over,
  });
const bind = (run: RunRef, container = home, stream = CONTACTS) =>
  office.runs.bindContainer({ run, stream, container });
const due = (of: Ref = account) =>
  state.rows(`update state.schedule set due_at = now() where account_id = $1`, [
    of.accountId,
  ]);
const begin = async (of: Ref = account) => {
  await due(of);
  const begun = await office.runs.beginRun({
    account: of,
    system: System.CLOUD,
    worker: "",
  });
  return { run: { account: of, runId: begun.runId }, begun };
};
/** A run that binds both streams and agrees on all there is. */
const settle = async (container = home) => {
  const { run } = await begin();
  await bind(run, container);
  await bind(run, `${container}termine/`, APPOINTMENTS);
  for (const stream of [CONTACTS, APPOINTMENTS]) {
    await office.runs.takeInRemote({ run, stream, changes: [], token: "t1" });
    await office.takeIn(run, stream);
  }
  await office.commit(run, (await office.slice(run)).map(agreed));
  await office.end(run);
};
const placeOf = ({ container }: { container: string }) => container;
const links = () =>
  state.rows(
    `select record_id, item_id, item_version, hash, fields::text, origin from state.link
     where account_id = $1 order by record_id`,
    [account.accountId],
  );

describe("a stream that writes elsewhere from now on", () => {
  it("is bound to nothing, knows no tokens, keeps its links as hints and takes everything in", async () => {
    await settle();
    await tell(2n, { movedStreams: [CONTACTS] });
    const { run, begun } = await begin();
    expect(begun.streams).toMatchObject([
      { kind: CONTACTS, container: "", remoteToken: "", full: true },
      { kind: APPOINTMENTS, container: `${home}termine/`, remoteToken: "t1" },
    ]);
    expect((await links())[0]).toEqual({
      record_id: "1",
      item_id: "/dav/ams/1.vcf",
      item_version: null,
      hash: "",
      fields: "{}",
      origin: "created",
    });
    expect(await office.takeIn(run)).toBe(3);
    const worked = await office.slice(run);
    expect(worked.map(({ link }) => [link?.origin, link?.elsewhere])).toEqual(
      ["1", "2", "3"].map(() => [Origin.CREATED, true]),
    );
    const other = await begin(await office.account(randomUUID()));
    await bind(other.run);
  });

  it("forgets what was announced of the old place", async () => {
    await settle();
    const { run } = await begin();
    await office.runs.takeInRemote({
      run,
      stream: CONTACTS,
      changes: [{ itemId: "/dav/ams/1.vcf", gone: true }],
      token: "t2",
    });
    await office.end(run);
    await tell(2n, { movedStreams: [CONTACTS] });
    expect(await office.slice((await begin()).run)).toEqual([]);
  });

  it("is taken from the run that is under way, and is due at once", async () => {
    await settle();
    await office.append([customer(tenant, 1)]);
    const { run } = await begin();
    await office.takeIn(run);
    const [entry] = await office.slice(run);
    await tell(2n, { movedStreams: [CONTACTS] });
    for (const late of [
      () => office.commit(run, [agreed(entry!)]),
      () => office.runs.renewRun(run),
      () => office.takeIn(run),
      () => office.end(run),
    ])
      expect(await codeOf(late())).toBe(Status.ABORTED);
    const { held } = await state
      .runs("settings")
      .verifyRun({ run, system: System.CLOUD });
    expect(held).toBe(false);
    const next = await office.runs.beginRun({
      account,
      system: System.CLOUD,
      worker: "",
    });
    expect(next.runId).not.toBe("");
    const [old] = await state.rows(
      `select ended_at is not null as ended, error_kind from state.run where run_id = $1`,
      [run.runId],
    );
    expect(old).toEqual({ ended: true, error_kind: "revoked" });
  });

  it("moves once for each version", async () => {
    await settle();
    await tell(3n, { movedStreams: [CONTACTS, APPOINTMENTS] });
    await settle(`${home}neu/`);
    const before = await links();
    const { run } = await begin();
    await tell(3n, { movedStreams: [CONTACTS] });
    await tell(2n, { movedStreams: [CONTACTS, APPOINTMENTS] });
    expect(await links()).toEqual(before);
    await office.takeIn(run);
    await office.end(run);
  });

  it("may be one that state has never heard of", async () => {
    account = await office.account(tenant, {
      streams: [CONTACTS],
      movedStreams: [CONTACTS, APPOINTMENTS],
      userId: "8",
    });
    const { begun } = await begin();
    expect(begun.streams.map(({ kind }) => kind)).toEqual([CONTACTS]);
  });
});

describe("options that change without a move", () => {
  it("leave the run that is under way alone", async () => {
    await settle();
    const { run } = await begin();
    await tell(2n);
    await office.runs.renewRun(run);
    await office.takeIn(run);
    expect(await office.end(run)).toBe(true);
  });
});

describe("a stream that is switched off", () => {
  it("gives its container up and loses the run that writes there", async () => {
    await settle();
    const { run } = await begin();
    await tell(2n, { streams: [APPOINTMENTS] });
    expect(await codeOf(office.runs.renewRun(run))).toBe(Status.ABORTED);
    const successor = await office.account(tenant);
    await bind((await begin(successor)).run);
    await tell(3n);
    const back = await begin();
    // Told of no container, the run has to claim one, and hears that another has it.
    expect(back.begun.streams.map(placeOf)).toEqual(["", `${home}termine/`]);
    expect(await codeOf(bind(back.run))).toBe(Status.ALREADY_EXISTS);
  });

  it("goes on where it was when it comes back to the same container", async () => {
    await settle();
    await tell(2n, { streams: [] });
    await tell(3n);
    const before = await links();
    const { run, begun } = await begin();
    expect(begun.streams.map(placeOf)).toEqual(["", ""]);
    await bind(run);
    expect(await links()).toEqual(before);
    await office.end(run);
    const [contacts] = (await begin()).begun.streams;
    expect(contacts).toMatchObject({ container: home, listing: true });
    const other = await begin(await office.account(randomUUID()));
    expect(await codeOf(bind(other.run))).toBe(Status.ALREADY_EXISTS);
  });

  it("does not know what was put there meanwhile for new", async () => {
    await settle();
    await tell(2n, { streams: [] });
    await tell(3n);
    const { run } = await begin();
    await bind(run);
    const announce = (itemId: string) =>
      office.runs.takeInRemote({
        run,
        stream: CONTACTS,
        changes: [{ itemId, itemVersion: "1", gone: false }],
        token: "t2",
        anew: true,
      });
    await announce("/dav/ams/meanwhile.vcf");
    await announce("/dav/ams/after.vcf");
    const entries = await state.rows(
      `select item_id, appeared_at is not null as new from state.inbox
       where account_id = $1 and side = 'remote' order by item_id desc`,
      [account.accountId],
    );
    expect(entries).toEqual([
      { item_id: "/dav/ams/meanwhile.vcf", new: false },
      { item_id: "/dav/ams/after.vcf", new: true },
    ]);
  });

  it("has moved when it comes back to another one", async () => {
    await settle();
    await tell(2n, { streams: [] });
    await tell(3n);
    const { run } = await begin();
    await bind(run, `${home}anderswo/`);
    expect((await links())[0]).toMatchObject({ item_version: null, hash: "" });
    // The intake that follows settles it.
    await office.takeIn(run);
    await office.takeIn(run, APPOINTMENTS);
    await office.commit(run, (await office.slice(run)).map(agreed));
    await office.end(run);
    const [stream] = (await begin()).begun.streams;
    expect(stream).toMatchObject({ kind: CONTACTS, full: false });
  });
});
