import { Inject, Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { invalid } from "../wire/read.js";
import { CommitRepository } from "./commit.repository.js";
import { LeaseRepository, type RunKey } from "./lease.repository.js";
import { writesOf, type Result, type StandingEntry } from "./result.js";
import { RunRepository } from "./run.repository.js";

/** Remembers what a run did. Works inside the given transaction. */
@Injectable()
export class Commit {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly repository: CommitRepository,
    private readonly runs: RunRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  async commit(
    manager: EntityManager,
    run: RunKey,
    stream: StreamKind,
    results: readonly Result[],
  ): Promise<void> {
    await this.leases.hold(manager, run, this.config.LEASE_MS);
    const entries = await this.repository.entries(
      manager,
      run,
      stream,
      results.map(({ entryId }) => entryId),
    );
    for (const [index, result] of results.entries())
      sameRecord(result, entries.get(result.entryId), `results[${index}]`);
    const holders = await this.repository.holders(
      manager,
      run,
      stream,
      results.flatMap(({ outcome }) =>
        outcome.type === "linked" ? [outcome.link.itemId] : [],
      ),
    );
    await this.repository.write(
      manager,
      run,
      stream,
      writesOf(results, entries, holders),
    );
    await this.runs.count(manager, run, { results: results.length });
  }
}

/** A link of another record than the entry's would be struck off the wrong list. */
const sameRecord = (
  { outcome }: Result,
  entry: StandingEntry | undefined,
  field: string,
): void => {
  if (outcome.type !== "linked" || entry?.side !== "ams") return;
  const { kind, recordId } = outcome.link;
  if (kind !== entry.kind || recordId !== entry.recordId)
    throw invalid(`${field}.linked`, "must be of the entry's own record");
};
