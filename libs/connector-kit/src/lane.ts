import type { AtOnce } from "./at-once.js";
import { Committer } from "./committer.js";
import { isToRead, ReadAhead } from "./read-ahead.js";
import type { RunContext } from "./run-context.js";
import type {
  Entry,
  Portion,
  Result,
  StreamResults,
  StreamState,
} from "./run-state.js";
import { Slice } from "./slice.js";
import { takesIn } from "./takes-in.js";

/** One stream's way through a run: its slices, of which the next may be made ready while one is written. */
export class Lane {
  readonly #committer: Committer;
  /** Entries that were handed out and are not remembered yet. */
  readonly #open = new Set<bigint>();
  #first: Portion | undefined;
  /** Whether all that is handed out is new. */
  #fresh = false;
  /** Much comes in: the next slice's items are read early. */
  #inward = false;
  /** What state told of beyond the slice; missing: it was not asked. */
  #beyond: readonly Entry[] | undefined;
  /** There is more to do although the last slice was not full. */
  #again = false;
  /** Items whose links were stored before anything was written: they come again with them, or belong to no record. */
  readonly reserved = new Set<string>();
  /** Items whose records have left the scope: they come as items of nobody. */
  readonly parted = new Set<string>();
  readonly readAhead = new ReadAhead();
  /** How many removals may go at once. */
  free = 0;
  /** What is handed out is only tried: which preview for. */
  trial: bigint | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly stream: StreamState,
    private readonly writes: AtOnce,
  ) {
    this.#first = stream.first;
    this.#committer = new Committer(
      (results) => this.#remember(results),
      context.limits.commitGroup,
    );
  }

  /** Nothing of this stream is under way. */
  async ask(size: number): Promise<readonly Entry[]> {
    const { state, run, troubles } = this.context;
    const { kind } = this.stream;
    if (troubles.stopped(kind)) return [];
    await this.#committer.flush();
    this.#open.clear();
    this.#again = false;
    const both = this.#inward;
    const { free, trial, ...told } =
      this.#told() ?? (await state.nextWork(run, kind, both ? 2 * size : size));
    this.free = free;
    this.trial = trial;
    const entries = told.entries.slice(0, size);
    this.#beyond = both ? told.entries.slice(size) : undefined;
    if (!this.twoWays) return entries;
    return entries.filter((entry) => !this.#waits(entry));
  }

  /** What state told of when the run began. */
  #told(): Portion | undefined {
    const first = this.#first;
    this.#first = undefined;
    return first;
  }

  /** What waits is remembered now. */
  flush(): Promise<void> {
    return this.#committer.flush();
  }

  /** What is still to be remembered with the end of the run. */
  last(): readonly StreamResults[] {
    const results = this.#committer.take();
    return results.length > 0 ? [{ stream: this.stream.kind, results }] : [];
  }

  get twoWays(): boolean {
    return takesIn(this.context, this.stream.kind);
  }

  get again(): boolean {
    return this.#again && !this.context.troubles.stopped(this.stream.kind);
  }

  /** Some of what was handed out is to be worked on once more in this run. */
  comeAgain(): void {
    this.#again = true;
  }

  /** What a later page shows may be this record's item. */
  #waits(entry: Entry): boolean {
    return this.stream.listing && isNew(entry);
  }

  /**
   * What comes after that which is under way. Only what is new can be planned before that is through: what is remembered
   * of any other entry may change with it, as an item that one record takes over leaves the link of another.
   */
  async askAhead(size: number): Promise<readonly Entry[] | undefined> {
    const { state, run, troubles } = this.context;
    const { kind } = this.stream;
    // State still has what is under way, and tells it again.
    const known = new Set(this.#open);
    if (known.size === 0) return this.ask(size);
    if (!this.#fresh || troubles.stopped(kind)) return undefined;
    const told = await state.nextWork(run, kind, size + known.size);
    this.trial = told.trial;
    const next = told.entries.filter(({ entryId }) => !known.has(entryId));
    return next.every(isNew) && !next.some((entry) => this.#waits(entry))
      ? next.slice(0, size)
      : undefined;
  }

  /**
   * Made ready to be written; undefined where nothing is to be written.
   * @param last there is nothing to come after these
   */
  async slice(
    entries: readonly Entry[],
    last: boolean,
  ): Promise<Slice | undefined> {
    this.#fresh = entries.every(isNew);
    this.#inward = !last && this.twoWays && entries.some(isToRead);
    if (this.#inward) this.readAhead.expect(this.#next(entries));
    for (const { entryId } of entries) this.#open.add(entryId);
    const { context, stream, writes } = this;
    const slice = new Slice(context, stream, this.#committer, writes, this);
    return (await slice.prepare(entries)) ? slice : undefined;
  }

  /** What comes after these, if nothing happens in between. */
  async #next(entries: readonly Entry[]): Promise<readonly Entry[]> {
    if (this.#beyond) return this.#beyond;
    const { state, run } = this.context;
    const known = new Set(entries.map(({ entryId }) => entryId));
    const limit = 2 * entries.length;
    const told = await state.nextWork(run, this.stream.kind, limit);
    return told.entries.filter(({ entryId }) => !known.has(entryId));
  }

  async #remember(results: readonly Result[]): Promise<void> {
    await this.#announce(results);
    await this.context.commit(this.stream.kind, results);
    for (const { entryId, outcome } of results)
      if (outcome.type !== "mark-sent") this.#open.delete(entryId);
  }

  /**
   * Items that are forgotten with this commit, and copies of those that are missing. Before it, and without a version: a
   * process that dies in between has announced what is linked still, and no item is forgotten that a record which comes
   * back would be made beside.
   */
  async #announce(results: readonly Result[]): Promise<void> {
    const { state, run } = this.context;
    const parted = results.flatMap(({ outcome }) =>
      outcome.type === "unlinked" ? (outcome.leaves ?? []) : [],
    );
    const ids = [...parted, ...(await this.#copies(results))];
    const changes = [...new Set(ids)].map((id) => ({ id, gone: false }));
    if (changes.length > 0)
      // It says nothing of the whole.
      await state.takeInRemote(run, this.stream.kind, changes, undefined, {
        more: true,
      });
  }

  /** What lies beside an item that is missing may be that very item at another address. */
  async #copies(results: readonly Result[]): Promise<readonly string[]> {
    const { state, run } = this.context;
    const keys = results.flatMap(({ outcome }) =>
      outcome.type === "lost" ? (outcome.copies ?? []) : [],
    );
    if (keys.length === 0) return [];
    const asked = [...new Set(keys)];
    const found = await state.findItems(run, this.stream.kind, asked);
    const ids = [...found.values()].flat();
    if (ids.length > 0) this.comeAgain();
    return ids;
  }
}

const isNew = (entry: Entry): boolean =>
  entry.side === "ams" && entry.link === undefined && entry.sent !== true;
