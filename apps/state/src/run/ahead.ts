import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { BegunStream } from "./begun.js";
import { IntakeRepository } from "./intake.repository.js";
import type { RunKey } from "./lease.repository.js";
import { Slices } from "./slices.js";

/** What a run of known settings would ask next. */
export interface AheadRequest {
  readonly settingsVersion: bigint;
  readonly limit: number;
  /** By stream the kinds that the settings send. */
  readonly kinds: ReadonlyMap<StreamKind, readonly RecordKind[]>;
}

/**
 * More changes than this take their time: capture, which makes the account due, waits for the end of this transaction with
 * the changes of all brokerages of its source, and nobody is to wait with a lease that he has not heard of. In a call of
 * its own an intake keeps capture waiting no longer, and costs little beside the work on so many records.
 */
const MOST = 100;

/**
 * The first steps of a run in the transaction that begins it: most runs follow a single change, and each step by itself
 * costs as much as the change.
 */
@Injectable()
export class Ahead {
  constructor(
    private readonly intake: IntakeRepository,
    private readonly slices: Slices,
  ) {}

  /** @returns the streams with what was done for them */
  async go(
    manager: EntityManager,
    run: RunKey,
    streams: readonly BegunStream[],
    { kinds, limit }: AheadRequest,
  ): Promise<readonly BegunStream[]> {
    // What the other system tells comes before all else, and in its own time.
    const asks = streams.some(({ remoteDue }) => remoteDue);
    const further: BegunStream[] = [];
    for (const stream of streams) {
      const { kind } = stream;
      const sent = kinds.get(kind);
      const takenIn =
        sent !== undefined &&
        !stream.full &&
        (await this.intake.takeInFew(manager, run, kind, sent, MOST));
      if (!takenIn) further.push(stream);
      else if (asks) further.push({ ...stream, takenIn });
      else {
        const first = await this.slices.next(manager, run, kind, limit);
        further.push({ ...stream, takenIn, first });
      }
    }
    return further;
  }
}
