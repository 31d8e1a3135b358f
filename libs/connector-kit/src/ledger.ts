import type { Action } from "@ams-sync/sync-core";
import { faulty, settle } from "./done.js";
import type { Done } from "./done.js";
import type { Committer } from "./committer.js";
import { clearedBy, emptiesInAms, intends, removalOf } from "./exchange.js";
import type { Hands } from "./exchange.js";
import { faultOf } from "./log.js";
import type { ReadAhead } from "./read-ahead.js";
import type { RunContext } from "./run-context.js";
import type { Entry, Outcome, Result, StreamState } from "./run-state.js";
import { BACK_OFF_FIRST_MS } from "./what-next.js";
import { inwardMarks, marksToSet, planWork } from "./work.js";
import { tried } from "./trial.js";
import type { Work } from "./work.js";

/** What the slices of a stream share. */
export interface Turn {
  readonly twoWays: boolean;
  readonly reserved: Set<string>;
  /** Items whose records have left the scope. */
  readonly parted: Set<string>;
  readonly readAhead: ReadAhead;
  free: number;
  /** Nothing is written: which preview it is tried for. */
  readonly trial: bigint | undefined;
  comeAgain(): void;
}

/** What an outcome is of. */
interface Told {
  readonly entry: Entry;
  readonly entries?: readonly Entry[];
  readonly current?: { readonly id: string };
}

/** What a slice tells state, before and after its writes, and what it counts. */
export class Ledger {
  /** What is told of entries before their writes. */
  readonly #marked = new Map<bigint, readonly string[]>();

  constructor(
    private readonly context: RunContext,
    private readonly stream: StreamState,
    private readonly committer: Committer,
    private readonly turn: Turn,
  ) {}

  readonly hands: Hands = {
    remember: async (work, outcome) => {
      this.committer.add(
        entriesOf(work).map(({ entryId }) => staying(entryId, outcome)),
        false,
      );
      await this.committer.flush();
      if (!this.#marked.has(work.entry.entryId)) return;
      this.#addMarks(work, this.#marks(work, this.plan(work)));
      await this.committer.flush();
    },
    tellInward: async (work, action) => {
      const told = this.#marked.get(work.entry.entryId) ?? [];
      if (inwardMarks(action).every((mark) => told.includes(mark))) return;
      this.#addMarks(work, this.#marks(work, action));
      await this.committer.flush();
    },
    mayRemove: (work, removal, action) => {
      if (work.mayRemove) return true;
      // Asked again at each new plan: what is let go is what was shown, or less.
      const fields = clearedBy(action);
      const released = entriesOf(work).some(
        ({ released: told, intent, intentFields = [] }) =>
          told &&
          (intent === removal
            ? fields.every((name) => intentFields.includes(name))
            : intent === "delete" && !emptiesInAms(action)),
      );
      if (released) return true;
      // Somebody was shown something else, or is asked.
      if (entriesOf(work).some(({ previewed }) => previewed)) return false;
      if (this.turn.free <= 0) return false;
      this.turn.free -= 1;
      work.mayRemove = true;
      return true;
    },
  };

  get #markLastsMs(): number {
    return 2 * (this.context.limits.backOffFirstMs ?? BACK_OFF_FIRST_MS);
  }

  #marks(work: Work, action: Action | undefined): readonly string[] {
    const inward = action ? inwardMarks(action) : [];
    return action?.do === "take"
      ? inward
      : [...marksToSet(work, this.context.account.options), ...inward];
  }

  #addMarks(work: Work, fields: readonly string[]): void {
    this.#marked.set(work.entry.entryId, fields);
    const outcome = { type: "mark-sent", fields } as const;
    this.committer.add(
      entriesOf(work).map((entry) => ({ ...placed(entry), outcome })),
      false,
    );
  }

  /**
   * A process that dies between a write and its memory leaves an item that is not what is remembered. As long as the
   * record stays as it was, the next run does the same again and finds it done; the marks let it be found when the record
   * is gone or was changed back. One commit for the slice: a record by itself would double what a first transfer costs.
   * Where the item is read first, it is read meanwhile.
   */
  async mark(works: readonly Work[]): Promise<void> {
    for (const work of works) {
      const { entry } = work;
      if (this.#marked.has(entry.entryId)) continue;
      const action = this.plan(work);
      const fields = this.#marks(work, action);
      // Without a difference this is a question only.
      if (action === undefined) continue;
      if (action.do === "read" && fields.length === 0) continue;
      this.#marked.set(entry.entryId, fields);
      const known = fields.every((name) => entry.unsure?.includes(name));
      // What a later write puts there may arrive later.
      const lasts =
        fields.length === 0 || (entry.sentMs ?? 0) < this.#markLastsMs;
      if (entry.sent && known && lasts) continue;
      this.#addMarks(work, fields);
    }
    await this.committer.flush();
  }

  /** True where no request is needed and the entry is through. */
  settled(work: Work): boolean {
    const action = this.plan(work);
    if (!action) return true;
    if (this.context.trial !== undefined)
      return this.#settledOnTrial(work, action);
    const removal = removalOf(action);
    // The item of a record without a link is known only here: it is linked before anybody is asked.
    if (removal === "clear" && work.inward && !work.link) return false;
    if (removal && !this.hands.mayRemove(work, removal, action)) {
      this.finish(intends(work, action, removal), work);
      return true;
    }
    switch (action.do) {
      case "read":
      case "create":
      case "update":
      case "delete":
      case "take":
        return false;
      case "link":
        if (work.loose && !work.link) return false;
        break;
    }
    const { limits, run } = this.context;
    this.guarded(work, () =>
      this.finish(
        settle(work, action, run.account.tenantId, limits.backOffFirstMs),
        work,
      ),
    );
    return true;
  }

  #settledOnTrial(work: Work, action: Action): boolean {
    if (action.do === "read") return false;
    this.guarded(work, () =>
      this.finish(tried(this.context, work, action), work),
    );
    return true;
  }

  plan(work: Work) {
    const planned = this.guarded(work, () => [
      planWork(work, this.context.account.options),
    ]);
    return planned[0];
  }

  /** One record must not take the others with it, not even where the fault is ours. */
  guarded<T>(about: Told, work: () => readonly T[]): readonly T[] {
    try {
      return work();
    } catch (error) {
      return this.finish(this.fault(about.entry, error), about);
    }
  }

  fault(entry: Entry, error: unknown, outcome = faulty): Done {
    this.context.log.error(
      {
        stream: this.stream.kind,
        entry: String(entry.entryId),
        fault: faultOf(error),
      },
      "a record could not be worked on",
    );
    return outcome(entry);
  }

  finish(through: Done, work?: Told): readonly never[] {
    const { counts, telemetry, connector } = this.context;
    const { system } = connector;
    const stream = this.stream.kind;
    const { outcome } = through.result;
    if (through.count) counts[through.count] += 1;
    telemetry.acted({ system, stream, cell: through.cell });
    if (outcome.type === "set-aside")
      telemetry.setAside({ system, stream, code: outcome.code });
    const { result, effect, stay } = through;
    // Once everything is planned state says whether it may go, or holds the stream.
    if (outcome.type === "intend") this.turn.comeAgain();
    if (outcome.type === "unlinked" && outcome.leaves !== undefined) {
      this.turn.parted.add(outcome.leaves);
      this.turn.comeAgain();
    }
    const entries = work ? entriesOf(work) : [result];
    if (stay !== undefined) this.#stays(through, entries, work);
    else
      this.committer.add(
        entries.map((entry) => ({
          ...placed(entry),
          outcome: outcomeFor(entry, outcome),
        })),
        effect,
      );
    return [];
  }

  /** What was done is remembered, the entries stay. */
  #stays(
    { result: { outcome }, effect, stay }: Done,
    entries: readonly Pick<Result, "entryId" | "position">[],
    work: Told | undefined,
  ): void {
    this.committer.add(
      entries.map(({ entryId }) => staying(entryId, outcome)),
      effect,
    );
    this.committer.cut();
    if (stay === "again") {
      if (work?.current) this.turn.reserved.add(work.current.id);
      this.turn.comeAgain();
    } else
      for (const [index, one] of (stay ?? []).entries()) {
        if (index > 0) this.committer.cut();
        this.committer.add(
          entries.map((entry) => ({ ...placed(entry), outcome: one })),
          false,
        );
      }
  }
}

/** A position that no entry has: state remembers the effect and keeps the entry, as one that was announced again. */
const ANOTHER = 0n;

const staying = (entryId: bigint, outcome: Outcome): Result => ({
  ...{ entryId, position: ANOTHER, outcome },
});

const entriesOf = ({ entry, entries }: Told): readonly Entry[] =>
  entries ?? [entry];

const placed = ({
  entryId,
  position,
}: Pick<Result, "entryId" | "position">) => ({ entryId, position });

/** Only an item can be left. */
const outcomeFor = (
  entry: Pick<Result, "entryId"> | Entry,
  outcome: Outcome,
): Outcome =>
  outcome.type === "left" && "side" in entry && entry.side === "ams"
    ? { type: "untouched" }
    : outcome;
