import {
  changesFromWire,
  SourceStatus,
  type AppendChangesRequest,
  type AppendChangesResponse,
  type ApproveAbsentRequest,
  type BeginSnapshotRequest,
  type Change,
  type Concern,
  type FinishSnapshotRequest,
  type FinishSnapshotResponse,
  type OpenSourceRequest,
  type Source,
  type StopSourceRequest,
  type WakeUp,
} from "@ams-sync/contracts";
import { ClientError, Status } from "nice-grpc-common";
import type { Feed } from "../feed/feed.js";

export interface FeedRow extends Change {
  readonly epoch: bigint;
  readonly position: number;
  readonly held: boolean;
}

export interface Append extends Omit<AppendChangesRequest, "changes"> {
  readonly changes: readonly Change[];
}

type Method = keyof Feed;
export type Fault = (method: Method) => "before" | "after" | undefined;

const fail = (code: Status, text: string): never => {
  throw new ClientError("/FeedService", code, text);
};

/** state's feed by the rules of feed.proto, in memory; records every request and fails where it is told to. */
export class RecordingFeed implements Feed {
  source: Source | undefined;
  readonly rows = new Map<string, FeedRow>();
  readonly appends: Append[] = [];
  readonly concerns: Concern[] = [];
  accounts: readonly WakeUp[] = [];
  /** Milliseconds that storing takes. */
  slowness = 0;
  /** Fails a call before it is carried out, or after it: then only the answer is lost. */
  fault: Fault = () => undefined;
  faultCode = Status.UNAVAILABLE;
  #position = 0;
  #writer = "";
  /** Of the writer; that many are stored. */
  #number = 0n;

  openSource = ({ name, systemIdentifier, writer }: OpenSourceRequest) =>
    this.#call("openSource", () => {
      this.source ??= {
        name,
        systemIdentifier,
        epoch: 0n,
        lastLsn: 0n,
        status: SourceStatus.NEW,
        stopCode: "",
        stopMessage: "",
      };
      if (this.source.systemIdentifier !== systemIdentifier)
        fail(
          Status.FAILED_PRECONDITION,
          `The source is known as ${this.source.systemIdentifier}.`,
        );
      if (writer !== "") {
        this.#writer = writer;
        this.#number = 0n;
      }
      return this.source;
    });

  beginSnapshot = ({ expectedEpoch }: BeginSnapshotRequest) =>
    this.#call("beginSnapshot", () => {
      const source = this.#at(expectedEpoch);
      return this.#set({
        ...source,
        epoch: source.epoch + 1n,
        lastLsn: 0n,
        status: SourceStatus.SNAPSHOT,
        stopCode: "",
        stopMessage: "",
      });
    });

  appendChanges = (
    request: AppendChangesRequest,
  ): Promise<AppendChangesResponse> =>
    this.#call("appendChanges", () => {
      const source = this.#at(request.epoch);
      const { SNAPSHOT, STREAMING } = SourceStatus;
      if (source.status !== SNAPSHOT && source.status !== STREAMING)
        fail(Status.ABORTED, "The source is stopped.");
      if (request.lsn !== 0n && request.lsn <= source.lastLsn)
        return { stored: false, wakeUps: [] };
      const own = request.writer === this.#writer;
      if (own && request.number <= this.#number)
        return { stored: false, wakeUps: [] };
      if (
        !own ||
        request.number !== this.#number + 1n ||
        request.expectedLsn !== source.lastLsn
      )
        fail(Status.ABORTED, "Another writer moved the source.");
      this.#number = request.number;
      const changes = changesOf(request);
      this.appends.push({ ...request, changes });
      for (const change of changes) this.#store(change, source.epoch);
      this.concerns.push(...request.concerns);
      if (request.lsn !== 0n) this.#set({ ...source, lastLsn: request.lsn });
      const tenants = new Set(
        [...changes, ...request.concerns].map((one) => one.tenantId),
      );
      return {
        stored: true,
        wakeUps: this.accounts.filter((one) =>
          tenants.has(one.account?.tenantId ?? ""),
        ),
      };
    });

  finishSnapshot = ({
    epoch,
    lsn,
  }: FinishSnapshotRequest): Promise<FinishSnapshotResponse> =>
    this.#call("finishSnapshot", () => {
      const source = this.#at(epoch);
      if (source.status !== SourceStatus.SNAPSHOT)
        fail(Status.FAILED_PRECONDITION, "No snapshot is under way.");
      const live = [...this.rows.values()].filter((row) => !row.deleted);
      const gone = live.filter((row) => row.epoch < epoch);
      const hold = gone.length > 10 && gone.length > live.length * 0.05;
      for (const row of gone)
        if (hold) this.rows.set(keyOf(row), { ...row, held: true });
        else this.#store({ ...row, deleted: true }, epoch);
      this.#set({ ...source, lastLsn: lsn, status: SourceStatus.STREAMING });
      return {
        tombstones: BigInt(hold ? 0 : gone.length),
        held: BigInt(hold ? gone.length : 0),
        wakeUps: [],
      };
    });

  approveAbsent = ({
    epoch,
  }: ApproveAbsentRequest): Promise<FinishSnapshotResponse> =>
    this.#call("approveAbsent", () => {
      this.#at(epoch);
      const held = [...this.rows.values()].filter((row) => row.held);
      for (const row of held) this.#store({ ...row, deleted: true }, epoch);
      return { tombstones: BigInt(held.length), held: 0n, wakeUps: [] };
    });

  stopSource = ({ epoch, code, message }: StopSourceRequest) =>
    this.#call("stopSource", () =>
      this.#set({
        ...this.#at(epoch),
        status: SourceStatus.STOPPED,
        stopCode: code,
        stopMessage: message,
      }),
    );

  row(kind: string, recordId: string | number): FeedRow | undefined {
    return [...this.rows.values()].find(
      (row) => row.kind.endsWith(kind) && row.recordId === String(recordId),
    );
  }

  /** Live records of a kind, for example "CUSTOMER". */
  live(kind: string): string[] {
    return [...this.rows.values()]
      .filter((row) => row.kind.endsWith(kind) && !row.deleted)
      .map((row) => row.recordId);
  }

  #at(epoch: bigint): Source {
    const { source } = this;
    if (source === undefined) return fail(Status.NOT_FOUND, "Open it first.");
    if (source.epoch !== epoch) fail(Status.ABORTED, "Another epoch.");
    return source;
  }

  #set(source: Source): Source {
    this.source = source;
    return source;
  }

  #store(change: Change, epoch: bigint): void {
    this.#position += 1;
    this.rows.set(keyOf(change), {
      ...change,
      epoch,
      position: this.#position,
      held: false,
    });
  }

  async #call<T>(method: Method, work: () => T): Promise<T> {
    if (this.slowness > 0)
      await new Promise((resolve) => setTimeout(resolve, this.slowness));
    const fault = this.fault(method);
    if (fault === "before") return fail(this.faultCode, "away");
    const result = work();
    if (fault === "after") return fail(this.faultCode, "answer lost");
    return result;
  }
}

const changesOf = ({ changes }: AppendChangesRequest): readonly Change[] =>
  changes === undefined ? [] : changesFromWire(changes);

const keyOf = (row: Change): string =>
  `${row.tenantId}/${row.kind}/${row.recordId}`;
