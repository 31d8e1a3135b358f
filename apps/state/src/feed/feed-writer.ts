import { Injectable } from "@nestjs/common";
import { streamOf, type RecordKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { SourceEntity } from "../entities/source.entity.js";
import { Refusal } from "../refusal.js";
import { actAs } from "../tenant-context.js";
import { FeedRepository } from "./feed.repository.js";
import type { Batch, FeedConcern, TenantPart } from "./parts.js";
import { SourceRepository } from "./source.repository.js";
import {
  WakeRepository,
  type DueAccount,
  type Touched,
} from "./wake.repository.js";

export interface Append {
  readonly source: string;
  readonly writer: string;
  /** 1, 2, 3 … since the writer opened. */
  readonly number: bigint;
  readonly epoch: bigint;
  readonly expectedLsn: bigint;
  /** 0: a part of a transaction or of a snapshot. */
  readonly lsn: bigint;
  readonly batch: Batch;
}

export interface Appended {
  readonly stored: boolean;
  readonly due: readonly DueAccount[];
}

/** Stores what capture sends. Every method works inside the transaction that it is given, under the source's row lock. */
@Injectable()
export class FeedWriter {
  constructor(
    private readonly sources: SourceRepository,
    private readonly feed: FeedRepository,
    private readonly wake: WakeRepository,
  ) {}

  async append(manager: EntityManager, append: Append): Promise<Appended> {
    const source = await this.sources.lock(manager, append.source);
    sameEpoch(source, append.epoch);
    writable(source);
    if (storedBefore(source, append)) return { stored: false, due: [] };
    inTurn(source, append);
    const { parts, size } = append.batch;
    const residents = await this.sources.residents(
      manager,
      source.name,
      parts.map(({ tenantId }) => tenantId),
    );
    const due: DueAccount[] = [];
    for (const part of parts) {
      const first = !residents.has(part.tenantId);
      due.push(...(await this.storePart(manager, source, part, first)));
    }
    await this.sources.store(manager, source, {
      appends: append.number.toString(),
      position: (BigInt(source.position) + BigInt(size)).toString(),
      ...(append.lsn !== 0n && { lastLsn: append.lsn.toString() }),
    });
    return { stored: true, due };
  }

  async beginSnapshot(
    manager: EntityManager,
    name: string,
    expectedEpoch: bigint,
  ): Promise<SourceEntity> {
    const source = await this.sources.lock(manager, name);
    sameEpoch(source, expectedEpoch);
    return this.sources.store(manager, source, {
      epoch: (expectedEpoch + 1n).toString(),
      status: "snapshot",
      lastLsn: "0",
      stopCode: null,
      stopMessage: null,
    });
  }

  async stop(
    manager: EntityManager,
    name: string,
    epoch: bigint,
    reason: { readonly code: string; readonly message: string },
  ): Promise<SourceEntity> {
    const source = await this.sources.lock(manager, name);
    sameEpoch(source, epoch);
    // The first reason is the one to mend.
    if (source.status === "stopped") return source;
    return this.sources.store(manager, source, {
      status: "stopped",
      stopCode: reason.code,
      stopMessage: reason.message,
    });
  }

  private async storePart(
    manager: EntityManager,
    source: SourceEntity,
    { tenantId, kinds, columns, concerns }: TenantPart,
    first: boolean,
  ): Promise<readonly DueAccount[]> {
    await actAs(manager, tenantId);
    if (first) {
      // Whoever hosts has erased it, and its rows in ams are still there or just going.
      if (await this.sources.erased(manager, tenantId)) return [];
      await this.sources.register(manager, tenantId, source.name);
      await this.wake.endBackOff(manager, tenantId);
    }
    const place = { epoch: source.epoch, after: BigInt(source.position) };
    if (kinds.length > 0)
      await this.feed.store(manager, tenantId, place, columns);
    const users = usersOf(concerns);
    const touched: Touched = {
      streams: streamsOf(kinds),
      // Accounts of a tenant that no database was known for wait for its first sight, whatever they synchronise.
      users: first ? "all" : users,
    };
    const due = await this.wake.makeDue(manager, tenantId, touched);
    await this.wake.wantFull(manager, tenantId, users);
    return due;
  }
}

export const sameEpoch = (source: SourceEntity, epoch: bigint): void => {
  if (BigInt(source.epoch) !== epoch) throw movedBy("its epoch");
};

/** After a lost answer, or from a slot that was confirmed less far than stored here. */
const storedBefore = (source: SourceEntity, append: Append): boolean =>
  (append.lsn !== 0n && append.lsn <= BigInt(source.lastLsn)) ||
  (append.writer === source.writer && append.number <= BigInt(source.appends));

/** One that is out of turn would give an older change of a record a newer position. */
const inTurn = (source: SourceEntity, append: Append): void => {
  if (append.writer !== source.writer) throw movedBy("its writer");
  if (append.number !== BigInt(source.appends) + 1n)
    throw movedBy("an append before this one is missing");
  if (append.expectedLsn !== BigInt(source.lastLsn)) throw movedBy("its LSN");
};

const writable = ({ status }: SourceEntity): void => {
  if (status === "snapshot" || status === "streaming") return;
  throw status === "new"
    ? new Refusal(
        "not-now",
        "The source has no snapshot yet; begin one before changes are appended.",
      )
    : movedBy("its status: it is stopped");
};

const movedBy = (what: string): Refusal =>
  new Refusal(
    "moved",
    `Another writer has moved the source (${what}); open it again and go on from there.`,
  );

export const streamsOf = (kinds: readonly string[]) => [
  ...new Set((kinds as readonly RecordKind[]).map(streamOf)),
];

const usersOf = (concerns: readonly FeedConcern[]): Touched["users"] => {
  const users = new Set<string>();
  for (const { userId } of concerns) {
    if (userId === undefined) return "all";
    users.add(userId);
  }
  return [...users];
};
