import { AtOnce } from "./at-once.js";
import { Lane } from "./lane.js";
import type { RunContext } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type { Entry, StreamResults, StreamState } from "./run-state.js";
import type { Slice } from "./slice.js";

/**
 * The second half of a run. Slices of the streams take turns: a first transfer of all contacts must not hold up an
 * appointment. While the last writes of one slice are under way the next one is made ready, so that the other system
 * does not wait for us.
 * @returns what is still to be remembered with the end of the run
 * @throws what ams or state throw, once nothing is under way any more
 */
export const workSlices = async (
  context: RunContext,
  streams: readonly StreamState[],
): Promise<readonly StreamResults[]> => {
  const writes = new AtOnce();
  const turns = new Turns(
    context,
    streams.map((stream) => new Lane(context, stream, writes)),
  );
  const underWay = new Set<Promise<void>>();
  let before: Promise<void> | undefined;
  try {
    for (let slice = await turns.next(); slice;) {
      const writing = slice.write();
      // Heard below, in its turn.
      writing.catch(() => undefined);
      underWay.add(writing);
      await before;
      before = writing;
      await slice.nearlyThrough;
      slice = await turns.ahead();
      if (slice) continue;
      await before;
      slice = await turns.next();
    }
    await before;
    return turns.last();
  } catch (error) {
    writes.stop();
    if (error instanceof LeaseLost) context.lease.lose();
    await Promise.allSettled(underWay);
    throw error;
  } finally {
    await turns.settle();
  }
};

class Turns {
  #left: number;
  readonly #all: readonly Lane[];

  constructor(
    private readonly context: RunContext,
    private readonly lanes: Lane[],
  ) {
    this.#left = context.limits.maxRecords;
    this.#all = [...lanes];
  }

  last(): readonly StreamResults[] {
    return this.#all.flatMap((lane) => lane.last());
  }

  /** Nothing is read early any more. */
  async settle(): Promise<void> {
    for (const lane of this.#all) await lane.readAhead.settle();
  }

  /** The next slice in which anything is to be written; nothing of an earlier one is under way. */
  async next(): Promise<Slice | undefined> {
    const { halt } = this.context;
    for (;;) {
      if (this.#left <= 0 && this.lanes.length > 0)
        halt.stop({ type: "handed-back" });
      const lane = this.lanes.shift() ?? this.#all.find(({ again }) => again);
      if (!lane || this.#left <= 0) return undefined;
      const size = this.#size;
      const slice = await this.#slice(lane, await lane.ask(size), size);
      if (slice) return slice;
    }
  }

  /** The same while the slice before is still being written; undefined where that one must be through first. */
  async ahead(): Promise<Slice | undefined> {
    for (;;) {
      const [lane] = this.lanes;
      if (this.#left <= 0 || !lane) return undefined;
      const size = this.#size;
      const entries = await lane.askAhead(size);
      if (!entries) return undefined;
      this.lanes.shift();
      const slice = await this.#slice(lane, entries, size);
      if (slice) return slice;
    }
  }

  async #slice(
    lane: Lane,
    entries: readonly Entry[],
    size: number,
  ): Promise<Slice | undefined> {
    if (entries.length === 0) return undefined;
    this.#left -= entries.length;
    // A slice that is not full was the last one: all that was due is in it.
    const last = entries.length < size;
    if (!last) this.lanes.push(lane);
    const slice = await lane.slice(entries, last);
    this.context.preload?.drop();
    // Else state would be asked for more than it tells at once, to get past all that is still to be remembered.
    if (!slice && !last) await lane.flush();
    return slice;
  }

  get #size(): number {
    return Math.min(this.context.limits.sliceSize, this.#left);
  }
}
