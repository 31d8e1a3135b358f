import {
  SourceStatus as WireStatus,
  systemToWire,
  type AppendChangesRequest,
  type Concern,
  type FeedServiceImplementation,
  type FinishSnapshotResponse,
  type Source,
  type WakeUp,
} from "@ams-sync/contracts";
import { inTransaction, type GrpcContext } from "@ams-sync/platform";
import { Inject, Injectable } from "@nestjs/common";
import { DataSource } from "typeorm";
import type { SourceEntity, SourceStatus } from "../entities/source.entity.js";
import { STATE_DATABASE } from "../databases.js";
import { refusing } from "../refusal.js";
import * as read from "../wire/read.js";
import { FeedWriter, type Append } from "./feed-writer.js";
import { partsOf, type FeedConcern } from "./parts.js";
import { readChanges } from "./read-changes.js";
import { SnapshotEnd, type Ended } from "./snapshot-end.js";
import { SourceRepository } from "./source.repository.js";
import type { DueAccount } from "./wake.repository.js";

const BATCH_MAX = 20_000;
const NAME = { most: 200 };

/** FeedService on the wire: requests are checked here, then one transaction each. */
@Injectable()
export class FeedGrpc {
  constructor(
    @Inject(STATE_DATABASE) private readonly database: DataSource,
    private readonly sources: SourceRepository,
    private readonly writer: FeedWriter,
    private readonly snapshots: SnapshotEnd,
  ) {}

  readonly implementation = refusing<FeedServiceImplementation<GrpcContext>>({
    openSource: async (request) => {
      const name = read.text(request.name, "name", NAME);
      const identifier = read.text(
        request.systemIdentifier,
        "system_identifier",
      );
      const writer = read.text(request.writer, "writer", {
        ...NAME,
        least: 0,
      });
      return sourceToWire(
        await inTransaction(this.database, "", (manager) =>
          this.sources.open(manager, name, identifier, writer),
        ),
      );
    },
    beginSnapshot: async (request) => {
      const name = read.text(request.name, "name", NAME);
      const epoch = read.integer(request.expectedEpoch, "expected_epoch");
      return sourceToWire(
        await inTransaction(this.database, "", (manager) =>
          this.writer.beginSnapshot(manager, name, epoch),
        ),
      );
    },
    appendChanges: async (request) => {
      // All that takes time here is done before the source is locked.
      const append = appendOf(request);
      const { stored, due } = await inTransaction(
        this.database,
        "",
        (manager) => this.writer.append(manager, append),
      );
      return { stored, wakeUps: due.map(wakeUpToWire) };
    },
    finishSnapshot: async (request) => {
      const name = read.text(request.source, "source", NAME);
      const epoch = read.integer(request.epoch, "epoch");
      const lsn = read.integer(request.lsn, "lsn", 1n);
      return endedToWire(
        await inTransaction(this.database, "", (manager) =>
          this.snapshots.finish(manager, name, epoch, lsn),
        ),
      );
    },
    approveAbsent: async (request) => {
      const name = read.text(request.source, "source", NAME);
      const epoch = read.integer(request.epoch, "epoch");
      return endedToWire(
        await inTransaction(this.database, "", (manager) =>
          this.snapshots.approve(manager, name, epoch),
        ),
      );
    },
    stopSource: async (request) => {
      const name = read.text(request.name, "name", NAME);
      const epoch = read.integer(request.epoch, "epoch");
      const reason = {
        code: read.code(request.code, "code"),
        message: read.text(request.message, "message"),
      };
      return sourceToWire(
        await inTransaction(this.database, "", (manager) =>
          this.writer.stop(manager, name, epoch, reason),
        ),
      );
    },
  });
}

const appendOf = (request: AppendChangesRequest): Append => {
  const { changes, concerns } = request;
  read.within(changes?.recordId.length ?? 0, "changes", 0, BATCH_MAX);
  read.within(concerns.length, "concerns", 0, BATCH_MAX);
  return {
    source: read.text(request.source, "source", NAME),
    writer: read.text(request.writer, "writer", NAME),
    number: read.integer(request.number, "number", 1n),
    epoch: read.integer(request.epoch, "epoch"),
    expectedLsn: read.integer(request.expectedLsn, "expected_lsn"),
    lsn: read.integer(request.lsn, "lsn"),
    batch: partsOf(readChanges(changes), concerns.map(concernOf)),
  };
};

const concernOf = (
  { tenantId, userId }: Concern,
  index: number,
): FeedConcern => ({
  tenantId: read.uuid(tenantId, `concerns[${index}].tenant_id`),
  ...(userId !== "" && {
    userId: read.amsId(userId, `concerns[${index}].user_id`),
  }),
});

const STATUS: Readonly<Record<SourceStatus, WireStatus>> = {
  new: WireStatus.NEW,
  snapshot: WireStatus.SNAPSHOT,
  streaming: WireStatus.STREAMING,
  stopped: WireStatus.STOPPED,
};

const sourceToWire = (source: SourceEntity): Source => ({
  name: source.name,
  epoch: BigInt(source.epoch),
  systemIdentifier: source.systemIdentifier,
  lastLsn: BigInt(source.lastLsn),
  status: STATUS[source.status],
  stopCode: source.stopCode ?? "",
  stopMessage: source.stopMessage ?? "",
});

const wakeUpToWire = (account: DueAccount): WakeUp => ({
  account: { tenantId: account.tenantId, accountId: account.accountId },
  system: systemToWire(account.system),
});

const endedToWire = (ended: Ended): FinishSnapshotResponse => ({
  tombstones: BigInt(ended.tombstones),
  held: BigInt(ended.held),
  wakeUps: ended.due.map(wakeUpToWire),
});
