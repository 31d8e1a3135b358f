import type { UserView } from "@ams-sync/sync-core";
import { AmsAway, recordKey } from "./ams-records.js";
import type { AmsView } from "./ams-records.js";
import { act } from "./act.js";
import { Arrivals } from "./arrivals.js";
import type { Desk } from "./arrivals.js";
import { ServiceFailed, persist } from "./attempt.js";
import type { AtOnce } from "./at-once.js";
import { needsPort, wasBegun } from "./candidate.js";
import type { Candidate } from "./candidate.js";
import type { Committer } from "./committer.js";
import { faulty, settle, unreadable, untold } from "./done.js";
import type { Done } from "./done.js";
import { intends, removalOf } from "./exchange.js";
import type { Hands } from "./exchange.js";
import { findItems } from "./find-items.js";
import { workOfGroup } from "./group-work.js";
import { judge } from "./judge.js";
import type { Judged } from "./judge.js";
import { loadSlice } from "./load.js";
import { faultOf } from "./log.js";
import type { StreamPort } from "./port.js";
import { noUser } from "./no-user.js";
import { announced, isEcho } from "./remote-entry.js";
import type { RunContext } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type {
  AmsEntry,
  Entry,
  Outcome,
  Result,
  StreamState,
} from "./run-state.js";
import {
  marksToSet,
  placeOf,
  planWork,
  secondOf,
  see,
  workOf,
} from "./work.js";
import type { Work } from "./work.js";

/** So many writes before the end of a slice the next one is made ready: about as long as that takes. */
const NEARLY = 20;

/** What the slices of a stream share. */
export interface Turn {
  readonly twoWays: boolean;
  readonly reserved: Set<string>;
  free: number;
  comeAgain(): void;
}

/**
 * Entries that are worked on together: load, judge, plan everything, then read what the plan asks for, act, remember.
 * Entries that are not reached stay in the inbox as they are.
 */
export class Slice {
  /** Entries whose write is told before it is sent. */
  readonly #marked = new Set<bigint>();
  #early: Promise<void> | undefined;
  #toWrite: { readonly port: StreamPort; readonly works: Work[] } | undefined;
  #near: () => void = () => undefined;
  /** Resolves when few writes are still to be begun, or none any more. */
  readonly nearlyThrough = new Promise<void>((resolve) => {
    this.#near = resolve;
  });

  constructor(
    private readonly context: RunContext,
    private readonly stream: StreamState,
    private readonly committer: Committer,
    private readonly writes: AtOnce,
    private readonly turn: Turn,
  ) {}

  /**
   * All that comes before the writes.
   * @returns whether there are any; else all is remembered
   * @throws LeaseLost, and whatever ams or state throw
   */
  async prepare(entries: readonly Entry[]): Promise<boolean> {
    if (entries.some(wasBegun)) this.#enterEarly();
    if (this.turn.twoWays && entries.some(({ side }) => side === "remote")) {
      await this.#prepareBoth(entries);
      if (!this.#toWrite) await this.committer.flush();
      return this.#toWrite !== undefined;
    }
    const loaded = await loadSlice(this.context, entries, (entry, error) =>
      this.#finish(this.#fault(entry, error, unreadable)),
    );
    const candidates: Candidate[] = [];
    for (const { entries: some, view } of loaded) {
      const { user } = view;
      // Without the user nothing can be judged as out of scope, so nothing is judged at all.
      if (!user) {
        await this.committer.flush();
        this.context.halt.stop(noUser(view));
        return false;
      }
      for (const entry of some)
        candidates.push(
          ...this.#guarded(entry, () =>
            entry.side === "ams"
              ? [{ entry, judged: this.#judge(entry, view, user) }]
              : this.#finish(announced(entry, this.context.account.options)),
          ),
        );
    }
    if (candidates.some(needsPort)) await this.#prepareOutside(candidates);
    else this.#workInside(candidates);
    if (!this.#toWrite) await this.committer.flush();
    return this.#toWrite !== undefined;
  }

  /** @throws as `prepare` does, once all that was begun is through */
  async write(): Promise<void> {
    const { troubles } = this.context;
    const { port, works } = this.#toWrite ?? {};
    let left = works?.length ?? 0;
    if (left <= NEARLY) this.#near();
    try {
      if (port && works)
        await this.writes.each(
          works,
          () => port.concurrency,
          async (work) => {
            left -= 1;
            if (left <= NEARLY) this.#near();
            if (troubles.stopped(this.stream.kind) || this.committer.failed)
              return;
            const through = await this.#act(port, work);
            if (through) this.#finish(through, work);
          },
        );
    } finally {
      this.#near();
    }
    await this.committer.flush();
  }

  /** While ams is read. What came of it is heard where it is needed: a login that is refused is not tried twice. */
  #enterEarly(): void {
    const early = this.context.remote.enter();
    early.catch(() => undefined);
    this.#early = early;
  }

  #judge(entry: AmsEntry, view: AmsView, user: UserView): Judged {
    const key = recordKey({ kind: entry.kind, id: entry.recordId });
    const { options } = this.context.account;
    return judge(entry, view.records.get(key), user, options);
  }

  /** Nothing in scope and nothing to take back: the other system is not asked. */
  #workInside(candidates: readonly Candidate[]): void {
    for (const work of this.#works(candidates)) this.#settled(work);
  }

  async #port(): Promise<StreamPort | undefined> {
    const { lease, clock, remote, troubles } = this.context;
    const opened = await persist(lease, clock, async () => {
      const early = this.#early;
      this.#early = undefined;
      await early;
      return remote.port(this.stream);
    });
    if (opened.ok) return opened.value;
    troubles.report(this.stream.kind, opened.error);
    return undefined;
  }

  async #prepareOutside(candidates: readonly Candidate[]): Promise<void> {
    const port = await this.#port();
    if (port) await this.#planned(port, this.#works(candidates, port));
  }

  /** What the other side announced, too. */
  async #prepareBoth(entries: readonly Entry[]): Promise<void> {
    const desk: Desk = {
      finish: (through) => void this.#finish(through),
      unreadable: (entry, error) =>
        void this.#finish(this.#fault(entry, error, unreadable)),
      again: () => this.turn.comeAgain(),
    };
    const { context, stream } = this;
    if (entries.every((entry) => entry.side === "remote" && isEcho(entry))) {
      for (const entry of entries)
        if (entry.side === "remote")
          this.#finish(announced(entry, context.account.options));
      return;
    }
    const port = await this.#port();
    if (!port) return;
    const arrivals = new Arrivals(context, stream, port, desk);
    const groups = await arrivals.sort(entries);
    if (!groups) return;
    const works = groups.flatMap((group) =>
      this.#guarded(group.entry, () =>
        workOfGroup(context, port, group, this.turn.reserved, desk),
      ),
    );
    await this.#planned(port, works);
  }

  async #planned(port: StreamPort, works: readonly Work[]): Promise<void> {
    const { context, stream } = this;
    const { troubles } = context;
    await Promise.all([
      this.#mark(works.filter((work) => this.#plan(work)?.do === "read")),
      this.#readAsPlanned(port, works),
    ]);
    const { kind } = stream;
    const asked = new Set<Work>();
    // Since the run began others may have been left.
    if (this.turn.twoWays && !troubles.stopped(kind)) {
      const fresh = works.filter(
        (work) =>
          !work.link && !work.entry.sent && this.#plan(work)?.do === "create",
      );
      const finish = (work: Work, through: Done) => {
        asked.add(work);
        this.#finish(through, work);
      };
      if (!(await findItems(context, stream, port, fresh, finish))) return;
    }
    const open = works.filter(
      (work) => !asked.has(work) && (work.maybeTwice || !this.#settled(work)),
    );
    if (!troubles.stopped(kind)) await this.#mark(open);
    if (open.length > 0) this.#toWrite = { port, works: open };
  }

  readonly #hands: Hands = {
    remember: async (work, outcome) => {
      for (const { entryId } of entriesOf(work))
        this.committer.add({ entryId, position: ANOTHER, outcome }, false);
      await this.committer.flush();
      const { context } = this;
      if (!this.#marked.has(work.entry.entryId)) return;
      this.#addMarks(work, marksToSet(work, context.account.options));
      await this.committer.flush();
    },
    mayRemove: (work, removal) => {
      if (work.mayRemove) return true;
      const released = entriesOf(work).some(
        (entry) =>
          entry.released &&
          (entry.intent === removal || entry.intent === "delete"),
      );
      if (!released && this.turn.free <= 0) return false;
      if (!released) this.turn.free -= 1;
      work.mayRemove = true;
      return true;
    },
  };

  #addMarks(work: Work, fields: readonly string[]): void {
    const outcome = { type: "mark-sent", fields } as const;
    for (const { entryId, position } of entriesOf(work))
      this.committer.add({ entryId, position, outcome }, false);
  }

  /**
   * A process that dies between a write and its memory leaves an item that is not what is remembered. As long as the
   * record stays as it was, the next run does the same again and finds it done; the marks let it be found when the record
   * is gone or was changed back. One commit for the slice: a record by itself would double what a first transfer costs.
   * Where the item is read first, it is read meanwhile.
   */
  async #mark(works: readonly Work[]): Promise<void> {
    for (const work of works) {
      const { entry } = work;
      if (this.#marked.has(entry.entryId)) continue;
      const fields = marksToSet(work, this.context.account.options);
      const action = this.#plan(work)?.do;
      // Without a difference this is a question only.
      if (action === undefined || action === "take") continue;
      if (action === "read" && fields.length === 0) continue;
      this.#marked.add(entry.entryId);
      if (entry.sent && fields.every((name) => entry.unsure?.includes(name)))
        continue;
      this.#addMarks(work, fields);
    }
    await this.committer.flush();
  }

  async #act(port: StreamPort, work: Work): Promise<Done | undefined> {
    try {
      if (work.maybeTwice) {
        const second = await act(
          this.context,
          port,
          secondOf(work),
          this.#hands,
        );
        if (second?.result.outcome.type !== "untouched" && !second?.effect)
          return second;
      }
      return await act(this.context, port, work, this.#hands);
    } catch (error) {
      if (
        error instanceof LeaseLost ||
        error instanceof ServiceFailed ||
        error instanceof AmsAway
      )
        throw error;
      return this.#fault(work.entry, error);
    }
  }

  #works(candidates: readonly Candidate[], port?: StreamPort): Work[] {
    const { tenantId } = this.context.run.account;
    return candidates.flatMap(({ entry, judged }) =>
      this.#guarded(entry, () =>
        judged.state === "untold"
          ? this.#finish(untold(entry))
          : [
              workOf(
                tenantId,
                entry,
                judged,
                port,
                this.turn.twoWays ? { inward: true } : {},
              ),
            ],
      ),
    );
  }

  /** All items of the slice that the plan wants to see, in one question. */
  async #readAsPlanned(
    port: StreamPort,
    works: readonly Work[],
  ): Promise<void> {
    const { lease, clock, troubles } = this.context;
    const wanted = works.filter((work) => this.#plan(work)?.do === "read");
    const placed = wanted.flatMap((work) => {
      const at = placeOf(port, work);
      return at === undefined ? [] : [{ work, at }];
    });
    if (placed.length === 0) return;
    const ids = placed.map(({ at }) => at);
    const found = await persist(lease, clock, () => port.fetch(ids));
    if (found.ok) {
      troubles.answered();
      for (const { work, at } of placed) see(work, port, found.value.get(at));
    } else if (found.error.kind !== "rejected") {
      troubles.report(this.stream.kind, found.error);
    }
    // A refused question may be one item's fault: each is read by itself then.
  }

  /** True where no request is needed and the entry is through. */
  #settled(work: Work): boolean {
    const action = this.#plan(work);
    if (!action) return true;
    const removal = work.inward && removalOf(action);
    if (removal && !this.#hands.mayRemove(work, removal)) {
      this.#finish(intends(work, action.cell, removal), work);
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
    this.#guarded(work.entry, () =>
      this.#finish(
        settle(work, action, run.account.tenantId, limits.backOffFirstMs),
        work,
      ),
    );
    return true;
  }

  #plan(work: Work) {
    const planned = this.#guarded(work.entry, () => [
      planWork(work, this.context.account.options),
    ]);
    return planned[0];
  }

  /** One record must not take the others with it, not even where the fault is ours. */
  #guarded<T>(entry: Entry, work: () => readonly T[]): readonly T[] {
    try {
      return work();
    } catch (error) {
      return this.#finish(this.#fault(entry, error));
    }
  }

  #fault(entry: Entry, error: unknown, outcome = faulty): Done {
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

  #finish(through: Done, work?: Work): readonly never[] {
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
    const entries = work ? entriesOf(work) : [result];
    if (stay !== undefined) this.#stays(through, entries, work);
    else
      for (const entry of entries)
        this.committer.add(
          { ...placed(entry), outcome: outcomeFor(entry, outcome) },
          effect,
        );
    return [];
  }

  /** What was done is remembered, the entries stay. */
  #stays(
    { result: { outcome }, effect, stay }: Done,
    entries: readonly Pick<Result, "entryId" | "position">[],
    work: Work | undefined,
  ): void {
    for (const { entryId } of entries)
      this.committer.add({ entryId, position: ANOTHER, outcome }, effect);
    this.committer.cut();
    if (stay === "again") {
      if (work?.current) this.turn.reserved.add(work.current.id);
      this.turn.comeAgain();
    } else if (stay)
      for (const entry of entries)
        this.committer.add({ ...placed(entry), outcome: stay }, false);
  }
}

/** A position that no entry has: state remembers the effect and keeps the entry, as one that was announced again. */
const ANOTHER = 0n;

const entriesOf = (work: Work): readonly Entry[] =>
  work.entries ?? [work.entry];

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
