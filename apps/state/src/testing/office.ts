import { randomUUID } from "node:crypto";
import {
  AccountHealth,
  changesToWire,
  Origin,
  RecordKind,
  RunCounts,
  StreamKind,
  System,
  type AppendChangesResponse,
  type Change,
  type Concern,
  type EndRunRequest,
  type Entry,
  type Link,
  Loss,
  type Result,
  type RunRef,
} from "@ams-sync/contracts";
import type { Service, StateUnderTest } from "./state-under-test.js";

/** Short words for what specs do with a source, its tenants and their accounts. */
export class Office {
  readonly feed;
  readonly runs;
  readonly accounts;
  lsn = 0n;
  epoch = 0n;
  /** Its appends, each by its own name and number. */
  writer = "";
  number = 0n;
  /** Streams whose other side a begun run was told to ask. */
  private readonly toAsk = new Map<string, Set<StreamKind>>();

  constructor(
    readonly state: StateUnderTest,
    readonly source = "ams",
    connector: Service = "cloud-connector",
  ) {
    this.feed = state.feed();
    this.runs = state.runs(connector);
    this.accounts = state.accounts();
  }

  /** Takes a snapshot of these rows and goes on streaming. */
  async snapshot(changes: readonly Change[] = []) {
    await this.beginSnapshot();
    if (changes.length > 0) await this.append(changes, { part: true });
    return this.finishSnapshot();
  }

  async beginSnapshot(): Promise<void> {
    const { epoch } = await this.open();
    const begun = await this.feed.beginSnapshot({
      name: this.source,
      expectedEpoch: epoch,
    });
    this.epoch = begun.epoch;
    this.lsn = begun.lastLsn;
  }

  /** From here on it is the one writer. */
  async open() {
    this.writer = randomUUID();
    this.number = 0n;
    return this.feed.openSource({
      name: this.source,
      systemIdentifier: `7301/${this.source}`,
      writer: this.writer,
    });
  }

  async finishSnapshot() {
    this.lsn = 1_000n;
    return this.feed.finishSnapshot({
      source: this.source,
      epoch: this.epoch,
      lsn: this.lsn,
    });
  }

  /** One transaction of ams, or a part of one. */
  async append(
    changes: readonly Change[],
    {
      part = false,
      concerns = [],
    }: { part?: boolean; concerns?: readonly Concern[] } = {},
  ): Promise<AppendChangesResponse> {
    const expectedLsn = this.lsn;
    if (!part) this.lsn += 100n;
    this.number += 1n;
    return this.feed.appendChanges({
      source: this.source,
      writer: this.writer,
      number: this.number,
      epoch: this.epoch,
      expectedLsn,
      lsn: part ? 0n : this.lsn,
      changes: changesToWire(changes),
      concerns: [...concerns],
    });
  }

  /** Makes an account known. Contacts only, unless said otherwise. */
  async account(
    tenantId: string,
    {
      userId = "7",
      streams = [StreamKind.CONTACTS],
      movedStreams = [] as StreamKind[],
      settingsVersion = 1n,
      system = System.CLOUD,
      credentialChanged = true,
      preview = false,
      ownerIds = [] as string[],
      accountId = randomUUID() as string,
    } = {},
  ): Promise<{ tenantId: string; accountId: string }> {
    const account = { tenantId, accountId };
    await this.accounts.announceAccount({
      account,
      userId,
      system,
      streams,
      movedStreams,
      settingsVersion,
      credentialChanged,
      preview,
      ownerIds,
    });
    return account;
  }

  async begin(account: {
    tenantId: string;
    accountId: string;
  }): Promise<RunRef> {
    const { runId, refusal, streams } = await this.runs.beginRun({
      account,
      system: System.CLOUD,
      worker: "spec",
    });
    if (runId === "") throw new Error(`refused: ${refusal}`);
    const due = streams.filter(({ remoteDue }) => remoteDue);
    this.toAsk.set(runId, new Set(due.map(({ kind }) => kind)));
    return { account, runId };
  }

  /** Both sides; of the other system there is nothing new. */

  async takeIn(
    run: RunRef,
    stream = StreamKind.CONTACTS,
    kinds?: RecordKind[],
  ): Promise<number> {
    if (this.toAsk.get(run.runId)?.delete(stream) === true)
      await this.runs.takeInRemote({ run, stream, changes: [], token: "" });
    const { taken } = await this.runs.takeIn({
      run,
      stream,
      kinds:
        kinds ??
        (stream === StreamKind.APPOINTMENTS
          ? [RecordKind.APPOINTMENT]
          : [RecordKind.CUSTOMER, RecordKind.COMPANY, RecordKind.AGENT]),
    });
    return Number(taken);
  }

  async slice(
    run: RunRef,
    { stream = StreamKind.CONTACTS, limit = 100 } = {},
  ): Promise<Entry[]> {
    return (await this.runs.nextWork({ run, stream, limit })).entries;
  }

  async commit(
    run: RunRef,
    results: readonly Result[],
    stream = StreamKind.CONTACTS,
  ) {
    return this.runs.commit({ run, stream, results: [...results] });
  }

  async end(run: RunRef, how: Partial<EndRunRequest> = {}): Promise<boolean> {
    const { more } = await this.runs.endRun({
      run,
      counts: RunCounts.fromPartial({}),
      health: AccountHealth.OK,
      errorKind: "",
      errorMessage: "",
      retryInMs: 0n,
      last: [],
      ...how,
    });
    return more;
  }

  /** A run that works off everything: creates items for what is new, forgets links of tombstones. */
  async run(account: { tenantId: string; accountId: string }): Promise<{
    readonly worked: Entry[];
    readonly more: boolean;
  }> {
    const run = await this.begin(account);
    await this.takeIn(run);
    const worked: Entry[] = [];
    for (;;) {
      const entries = await this.slice(run);
      if (entries.length === 0) break;
      await this.commit(run, entries.map(agreed));
      worked.push(...entries);
    }
    return { worked, more: await this.end(run) };
  }
}

export const customer = (
  tenantId: string,
  recordId: number | string,
  {
    deleted = false,
    kind = RecordKind.CUSTOMER,
    at = "2026-10-25T00:30:00Z",
  } = {},
): Change => ({
  tenantId,
  kind,
  recordId: String(recordId),
  deleted,
  committedAt: new Date(at),
  traceParent: "",
});

export const customers = (tenantId: string, count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => customer(tenantId, from + index));

export const linkOf = (entry: Entry, more: Partial<Link> = {}): Link => ({
  kind: entry.kind,
  recordId: entry.recordId,
  itemId: `/dav/ams/${entry.recordId}.vcf`,
  itemVersion: '"1"',
  hash: `hash-${entry.recordId}`,
  fields: JSON.stringify({ lastName: "Müller-Lüdenscheidt", city: "Köln" }),
  origin: Origin.CREATED,
  lost: Loss.UNSPECIFIED,
  elsewhere: false,
  history: undefined,
  ...more,
});

const result = (entry: Entry, outcome: Result["outcome"]): Result => ({
  entryId: entry.entryId,
  position: entry.position,
  outcome,
  conflicts: [],
  destructive: false,
  unasked: false,
});
export const linked = (entry: Entry, more: Partial<Link> = {}): Result =>
  result(entry, { $case: "linked", value: linkOf(entry, more) });
export const unlinked = (entry: Entry): Result =>
  result(entry, { $case: "unlinked", value: { itemId: "" } });
export const untouched = (entry: Entry): Result =>
  result(entry, { $case: "untouched", value: {} });
export const markSent = (entry: Entry): Result => marked(entry, []);
export const marked = (entry: Entry, fields: readonly string[]): Result =>
  result(entry, { $case: "markSent", value: { fields: [...fields] } });
export const setAside = (entry: Entry, retryInMs = 0n): Result =>
  result(entry, {
    $case: "setAside",
    value: {
      ...{ code: "too-long", message: "Der Name ist zu lang." },
      ...{ retryInMs, look: false },
    },
  });
export const agreed = (entry: Entry): Result =>
  entry.gone ? unlinked(entry) : linked(entry);

/** A gRPC status code of a refused call. */
export const codeOf = async (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => {
      throw new Error("the call was not refused");
    },
    (error: unknown) => {
      if (error instanceof Error && "code" in error) return Number(error.code);
      throw error;
    },
  );
