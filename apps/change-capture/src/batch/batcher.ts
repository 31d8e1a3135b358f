import type { Change, Concern } from "@ams-sync/contracts";
import type { Lsn } from "../lsn.js";

/** A customer to look at again for the sake of another row. */
export interface Touch {
  readonly tenantId: string;
  readonly customerId: string;
  readonly committedAt: Date;
  readonly traceParent: string;
}

export type Item =
  | { readonly change: Change }
  | { readonly touch: Touch }
  | { readonly concern: Concern; readonly traceParent: string };

/** The span of a transaction of ams; ends when the batch that completes it is stored. */
export interface Commit {
  /** @param rows that were captured */
  end(rows: number): void;
}

export interface Batch {
  readonly changes: readonly Change[];
  readonly touches: readonly Touch[];
  readonly concerns: readonly Concern[];
  /** By tenant: the last commit that concerns it. */
  readonly traceParents: ReadonlyMap<string, string>;
  /** Everything up to here is complete with this batch; 0 for a part of a transaction. */
  readonly lsn: Lsn;
  /** Runs once the batch is stored. */
  stored(): void;
}

/**
 * Gathers whole transactions into batches of at most `limit` rows, and cuts a
 * longer one into parts. Holds `limit` rows at most, if the caller takes
 * batches before a further row for as long as `full` says so.
 */
export class Batcher {
  readonly #limit: number;
  #whole = new Part();
  /** Emptied and used again, as most transactions are a row or two. */
  #open = new Part();
  /** Rows of the open transaction that went out in parts already. */
  #sent = 0;
  #lsn: Lsn = 0n;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#whole.size + this.#open.size >= this.#limit;
  }

  /** Rows of whole transactions wait to be sent. */
  get hasRows(): boolean {
    return this.#whole.size > 0 || this.#whole.commits.length > 0;
  }

  /** A position waits to be stored, with or without rows. */
  get hasPosition(): boolean {
    return this.#lsn !== 0n;
  }

  add(item: Item): void {
    this.#open.add(item);
  }

  /** Ends the open transaction; `commit` is missing if it held nothing for us. */
  commit(endLsn: Lsn, commit?: Commit): void {
    const rows = this.#sent + this.#open.size;
    this.#whole.absorb(this.#open);
    if (commit !== undefined) this.#whole.ended(commit, rows);
    this.#open.clear();
    this.#sent = 0;
    this.#lsn = endLsn;
  }

  /** Between transactions only: up to `lsn` there is nothing for us. */
  advance(lsn: Lsn): void {
    if (lsn > this.#lsn) this.#lsn = lsn;
  }

  /** The whole transactions, if any or if a position waits; otherwise, when full, a part of the open one. */
  take(): Batch | undefined {
    if (this.hasPosition) {
      const batch = this.#whole.toBatch(this.#lsn);
      this.#whole = new Part();
      this.#lsn = 0n;
      return batch;
    }
    if (!this.full) return undefined;
    const batch = this.#open.toBatch(0n);
    this.#sent += this.#open.size;
    this.#open = new Part();
    return batch;
  }
}

class Part {
  readonly changes: Change[] = [];
  readonly touches = new Map<string, Touch>();
  readonly concerns = new Map<string, Concern>();
  readonly traceParents = new Map<string, string>();
  readonly commits: Commit[] = [];
  /** Of each commit. */
  readonly #rows: number[] = [];
  /** The last one that was told: neighbours mostly are of one transaction. */
  #traced: { tenantId: string; traceParent: string } | undefined;

  get size(): number {
    return this.changes.length + this.touches.size + this.concerns.size;
  }

  add(item: Item): void {
    if ("change" in item) {
      this.changes.push(item.change);
      this.#trace(item.change);
    } else if ("touch" in item) {
      this.#touch(item.touch);
      this.#trace(item.touch);
    } else {
      this.#concern(item.concern);
      const { tenantId } = item.concern;
      this.#trace({ tenantId, traceParent: item.traceParent });
    }
  }

  ended(commit: Commit, rows: number): void {
    this.commits.push(commit);
    this.#rows.push(rows);
  }

  absorb(later: Part): void {
    for (const change of later.changes) this.changes.push(change);
    for (const touch of later.touches.values()) this.#touch(touch);
    for (const concern of later.concerns.values()) this.#concern(concern);
    for (const [tenantId, traceParent] of later.traceParents)
      this.traceParents.set(tenantId, traceParent);
  }

  clear(): void {
    this.changes.length = 0;
    for (const map of [this.touches, this.concerns, this.traceParents])
      if (map.size > 0) map.clear();
    this.#traced = undefined;
  }

  toBatch(lsn: Lsn): Batch {
    return {
      changes: this.changes,
      touches: [...this.touches.values()],
      concerns: [...this.concerns.values()],
      traceParents: this.traceParents,
      lsn,
      stored: () => {
        this.commits.forEach((commit, index) =>
          commit.end(this.#rows[index] ?? 0),
        );
      },
    };
  }

  #trace(of: { tenantId: string; traceParent: string }): void {
    const last = this.#traced;
    if (last?.tenantId === of.tenantId && last.traceParent === of.traceParent)
      return;
    this.#traced = of;
    this.traceParents.set(of.tenantId, of.traceParent);
  }

  #touch(touch: Touch): void {
    this.touches.set(`${touch.tenantId}/${touch.customerId}`, touch);
  }

  #concern(concern: Concern): void {
    this.concerns.set(`${concern.tenantId}/${concern.userId}`, concern);
  }
}
