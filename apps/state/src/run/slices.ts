import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";
import { fits, freeNow, GuardRepository, holds } from "./guard.repository.js";
import { SliceRepository, type EntryRow } from "./slice.repository.js";

export interface Portion {
  readonly entries: readonly EntryRow[];
  /** How many removals of entries that are not released may go at once. */
  readonly free: number;
  /** The preview that the stream is on trial for; 0: none. */
  readonly trial: string;
}

/** Hands out work. Works inside the given transaction, under the account's lock. */
@Injectable()
export class Slices {
  constructor(
    private readonly repository: SliceRepository,
    private readonly guard: GuardRepository,
  ) {}

  /**
   * What is due; when nothing is, what the guard lets go: what somebody has approved, else all intents where they are
   * few enough. Where they are not the stream is held, which holds up nothing but them.
   */
  async next(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    limit: number,
  ): Promise<Portion> {
    const due = await this.repository.next(manager, account, stream, limit);
    const [standing] = await this.guard.standings(manager, account, stream);
    if (standing === undefined) return { entries: due, free: 0, trial: "0" };
    const { trial } = standing;
    const free = freeNow(standing);
    const idle = standing.intended === 0 && !standing.held;
    if (due.length > 0 || idle || trial !== "0")
      return { entries: due, free, trial };
    const approved = await this.repository.approved(
      manager,
      account,
      stream,
      limit,
    );
    if (approved.length > 0) return { entries: approved, free, trial };
    const held = holds(standing);
    const more = held && standing.intended > standing.unseen;
    if (more || held !== standing.held)
      await this.guard.hold(manager, account, stream, held);
    const entries = fits(standing)
      ? await this.repository.released(manager, account, stream, limit)
      : [];
    return { entries, free, trial };
  }
}
