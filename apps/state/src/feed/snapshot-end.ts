import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import type { SourceEntity } from "../entities/source.entity.js";
import { Refusal } from "../refusal.js";
import { actAs } from "../tenant-context.js";
import { FeedRepository } from "./feed.repository.js";
import { sameEpoch, streamsOf } from "./feed-writer.js";
import { SourceRepository } from "./source.repository.js";
import { WakeRepository, type DueAccount } from "./wake.repository.js";

/** A tenant may lose up to this many records, or this share of them, to a snapshot without anybody being asked. */
const GUARD_ROWS = 10;
const GUARD_SHARE = 0.05;

/** More than both: an accident is likelier than so many deletions that nobody captured. */
export const guardHolds = (missing: number, live: number): boolean =>
  missing > GUARD_ROWS && missing > live * GUARD_SHARE;

export interface Ended {
  readonly tombstones: number;
  readonly held: number;
  readonly due: readonly DueAccount[];
}

/** What becomes of feed rows that a snapshot did not have. Works inside the given transaction. */
@Injectable()
export class SnapshotEnd {
  constructor(
    private readonly sources: SourceRepository,
    private readonly feed: FeedRepository,
    private readonly wake: WakeRepository,
  ) {}

  async finish(
    manager: EntityManager,
    name: string,
    epoch: bigint,
    lsn: bigint,
  ): Promise<Ended> {
    const source = await this.sources.lock(manager, name);
    sameEpoch(source, epoch);
    // After a lost answer.
    if (source.status === "streaming" && BigInt(source.lastLsn) >= lsn)
      return this.eachTenant(manager, source, async (tenantId) => ({
        buried: NOTHING,
        held: await this.feed.held(manager, tenantId),
      }));
    if (source.status !== "snapshot")
      throw new Refusal("not-now", "No snapshot of this source is under way.");
    const ended = await this.eachTenant(
      manager,
      source,
      async (tenantId, after) => {
        const { live, missing } = await this.feed.missing(
          manager,
          tenantId,
          source.epoch,
        );
        if (missing === 0) return { buried: NOTHING, held: 0 };
        if (guardHolds(missing, live))
          return {
            buried: NOTHING,
            held: await this.feed.hold(manager, tenantId, source.epoch),
          };
        const place = { epoch: source.epoch, after };
        return {
          buried: await this.feed.bury(manager, tenantId, "missing", place),
          held: 0,
        };
      },
    );
    await this.sources.store(manager, source, {
      status: "streaming",
      lastLsn: lsn.toString(),
    });
    return ended;
  }

  async approve(
    manager: EntityManager,
    name: string,
    epoch: bigint,
  ): Promise<Ended> {
    const source = await this.sources.lock(manager, name);
    if (BigInt(source.epoch) !== epoch)
      throw new Refusal(
        "moved",
        "A newer snapshot was begun since you looked; look again before you approve.",
      );
    if (source.status !== "streaming")
      throw new Refusal(
        "not-now",
        "What the snapshot lacks is known once it is finished; finish it or take a new one.",
      );
    return this.eachTenant(manager, source, async (tenantId, after) => ({
      buried: await this.feed.bury(manager, tenantId, "held", {
        epoch: source.epoch,
        after,
      }),
      held: 0,
    }));
  }

  private async eachTenant(
    manager: EntityManager,
    source: SourceEntity,
    work: (
      tenantId: string,
      after: bigint,
    ) => Promise<{ readonly buried: Buried; readonly held: number }>,
  ): Promise<Ended> {
    const due: DueAccount[] = [];
    let position = BigInt(source.position);
    let tombstones = 0;
    let held = 0;
    for (const tenantId of await this.sources.tenants(manager, source.name)) {
      await actAs(manager, tenantId);
      const done = await work(tenantId, position);
      held += done.held;
      if (done.buried.count === 0) continue;
      tombstones += done.buried.count;
      position += BigInt(done.buried.count);
      const streams = streamsOf(done.buried.kinds);
      due.push(
        ...(await this.wake.makeDue(manager, tenantId, { streams, users: [] })),
      );
    }
    await this.sources.store(manager, source, {
      position: position.toString(),
    });
    return { tombstones, held, due };
  }
}

interface Buried {
  readonly kinds: readonly string[];
  readonly count: number;
}
const NOTHING: Buried = { kinds: [], count: 0 };
