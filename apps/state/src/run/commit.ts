import { Inject, Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { invalid } from "../wire/read.js";
import { CommitRepository, type Claims } from "./commit.repository.js";
import { JournalRepository } from "./journal.repository.js";
import { LeaseRepository, type RunKey } from "./lease.repository.js";
import { writesOf, type StandingEntry } from "./result.js";
import type { RecordRef, Result } from "./result.js";

/** Remembers what a run did. Needs the account's lock. */
@Injectable()
export class Commit {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly repository: CommitRepository,
    private readonly journal: JournalRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  async commit(
    manager: EntityManager,
    run: RunKey,
    stream: StreamKind,
    results: readonly Result[],
  ): Promise<void> {
    const { LEASE_MS } = this.config;
    await this.leases.hold(manager, run, LEASE_MS, results.length);
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
      claimsOf(results, entries),
    );
    const writes = writesOf(results, entries, holders);
    await this.repository.write(manager, run, stream, writes);
    await this.journal.write(manager, run, stream, writes);
  }
}

/** What is to be looked up before it is known who comes second. */
const claimsOf = (
  results: readonly Result[],
  entries: ReadonlyMap<string, StandingEntry>,
): Claims => {
  const items: string[] = [];
  const records: RecordRef[] = [];
  for (const { entryId, outcome } of results) {
    const entry = entries.get(entryId);
    if (outcome.type === "linked") {
      items.push(outcome.link.itemId);
      if (entry?.side === "remote") records.push(outcome.link);
    } else if (outcome.type === "unlinked" && outcome.destructive) {
      const itemId = entry?.itemId;
      if (typeof itemId === "string") items.push(itemId);
    }
  }
  return { items, records };
};

/** A link of another record than the entry's would be struck off the wrong list. */
const sameRecord = (
  { outcome }: Result,
  entry: StandingEntry | undefined,
  field: string,
): void => {
  if (outcome.type === "left" && entry?.side === "ams")
    throw invalid(`${field}.left`, "must be of an item, not of a record");
  if (outcome.type !== "linked" || entry?.side !== "ams") return;
  const { kind, recordId } = outcome.link;
  if (kind !== entry.kind || recordId !== entry.recordId)
    throw invalid(`${field}.linked`, "must be of the entry's own record");
};
