import type { UserView } from "@ams-sync/sync-core";
import { recordKey } from "./ams-records.js";
import type { AmsView } from "./ams-records.js";
import { actOn, showOf } from "./act-on.js";
import { Arrivals } from "./arrivals.js";
import type { Desk } from "./arrivals.js";
import type { AtOnce } from "./at-once.js";
import { needsPort, wasBegun } from "./candidate.js";
import type { Candidate } from "./candidate.js";
import type { Committer } from "./committer.js";
import { unreadable, untold } from "./done.js";
import { findItems } from "./find-items.js";
import { workOfGroup } from "./group-work.js";
import { judge, type Judged } from "./judge.js";
import { Ledger, type Turn } from "./ledger.js";
import { loadSlice } from "./load.js";
import type { ReadPort, StreamPort } from "./port.js";
import { noUser } from "./no-user.js";
import { announced, isEcho } from "./remote-entry.js";
import { readBack } from "./read-back.js";
import type { Late } from "./read-back.js";
import { readPlanned } from "./read-planned.js";
import type { RunContext } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type { AmsEntry, Entry, StreamState } from "./run-state.js";
import { takenBack } from "./take-back.js";
import { takeTogether } from "./take-together.js";
import { openPorts, type Ports } from "./slice-ports.js";
import { onTrial } from "./trial.js";
import { workOf } from "./work.js";
import type { Work } from "./work.js";

/** So many writes before the end of a slice the next one is made ready: about as long as that takes. */
const NEARLY = 20;

/**
 * Entries that are worked on together: load, judge, plan everything, then read what the plan asks for, act, remember.
 * Entries that are not reached stay in the inbox as they are.
 */
export class Slice {
  readonly #ledger: Ledger;
  #early: Promise<void> | undefined;
  #toWrite: { readonly port: StreamPort; readonly works: Work[] } | undefined;
  #near: () => void = () => undefined;
  /** Resolves when few writes are still to be begun, or none any more. */
  readonly nearlyThrough = new Promise<void>((resolve) => {
    this.#near = resolve;
  });

  private readonly context: RunContext;

  constructor(
    context: RunContext,
    private readonly stream: StreamState,
    private readonly committer: Committer,
    private readonly writes: AtOnce,
    private readonly turn: Turn,
  ) {
    const { trial } = turn;
    this.context = trial === undefined ? context : onTrial(context, trial);
    this.#ledger = new Ledger(this.context, stream, committer, turn);
  }

  /**
   * All that comes before the writes.
   * @returns whether there are any; else all is remembered that was more than looked at
   * @throws LeaseLost, and whatever ams or state throw
   */
  async prepare(entries: readonly Entry[]): Promise<boolean> {
    if (entries.some(wasBegun)) this.#enterEarly();
    if (this.turn.twoWays && entries.some(({ side }) => side === "remote")) {
      await this.#prepareBoth(entries);
      if (!this.#toWrite) await this.committer.settle();
      return this.#toWrite !== undefined;
    }
    const loaded = await loadSlice(this.context, entries, (entry, error) =>
      this.#ledger.finish(this.#ledger.fault(entry, error, unreadable)),
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
          ...this.#ledger.guarded({ entry }, () =>
            entry.side === "ams"
              ? [{ entry, judged: this.#judge(entry, view, user) }]
              : this.#ledger.finish(
                  announced(entry, this.context.account.options),
                ),
          ),
        );
    }
    if (candidates.some(needsPort)) await this.#prepareOutside(candidates);
    // Nothing in scope and nothing to take back: the other system is not asked.
    else for (const work of this.#works(candidates)) this.#ledger.settled(work);
    if (!this.#toWrite) await this.committer.settle();
    return this.#toWrite !== undefined;
  }

  /** @throws as `prepare` does, once all that was begun is through */
  async write(): Promise<void> {
    const { port, works } = this.#toWrite ?? {};
    let left = works?.length ?? 0;
    const late: Late[] = [];
    let failed: { readonly error: unknown } | undefined;
    if (left <= NEARLY) this.#near();
    try {
      if (port && works) {
        if (!this.#over) await takeTogether(this.context, works, this.#ledger);
        const open = works.filter(({ taken }) => !taken);
        if (open.length < works.length) await this.#remember(port, works);
        left = open.length;
        await this.writes.each(
          open,
          () => port.concurrency,
          async (work) => {
            left -= 1;
            if (left <= NEARLY) this.#near();
            if (this.#over) return;
            const through = await actOn(this.context, port, work, this.#ledger);
            if (through?.unread) late.push({ work, through });
            else if (through) this.#ledger.finish(through, work);
          },
        );
      }
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      // What was done before is remembered all the same, or the next run would do it again.
      failed = { error };
    } finally {
      this.#near();
    }
    const told =
      port && !failed ? await readBack(this.context, port, late) : late;
    for (const { work, through } of told) this.#ledger.finish(through, work);
    await this.committer.flush();
    if (failed) throw failed.error;
  }

  /**
   * What is in ams already, whatever ends the run meanwhile: unremembered it would count as a change of ams, and what is
   * changed there next would meet it as a conflict. It needs no request outside.
   */
  async #remember(port: StreamPort, works: readonly Work[]): Promise<void> {
    for (const work of works) {
      const through =
        work.taken && (await actOn(this.context, port, work, this.#ledger));
      if (through) this.#ledger.finish(through, work);
    }
    await this.committer.flush();
  }

  get #over(): boolean {
    const { context, stream, committer } = this;
    return context.troubles.stopped(stream.kind) || committer.failed;
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

  #ports(): Promise<Ports | undefined> {
    return openPorts(this.context, this.stream, async () => {
      const early = this.#early;
      this.#early = undefined;
      await early;
    });
  }

  async #prepareOutside(candidates: readonly Candidate[]): Promise<void> {
    const ports = await this.#ports();
    if (ports) await this.#planned(ports, this.#works(candidates, ports.port));
  }

  async #prepareBoth(entries: readonly Entry[]): Promise<void> {
    const desk: Desk = {
      finish: (through) => void this.#ledger.finish(through),
      unreadable: (entry, error) =>
        void this.#ledger.finish(this.#ledger.fault(entry, error, unreadable)),
      again: () => this.turn.comeAgain(),
      parted: this.turn.parted,
      readAhead: this.turn.readAhead,
    };
    const { context, stream } = this;
    if (entries.every((entry) => entry.side === "remote" && isEcho(entry))) {
      for (const entry of entries)
        if (entry.side === "remote")
          this.#ledger.finish(announced(entry, context.account.options));
      return;
    }
    const ports = await this.#ports();
    const port = ports?.port;
    const arrivals = port && new Arrivals(context, stream, port, desk);
    const groups = await arrivals?.sort(entries);
    if (!ports || !port || !groups) return;
    const works = groups.flatMap((group) =>
      this.#ledger.guarded(group, () =>
        workOfGroup(context, port, group, this.turn.reserved, desk),
      ),
    );
    await this.#planned(ports, works);
  }

  async #planned(
    { port, writing }: Ports,
    all: readonly Work[],
  ): Promise<void> {
    if (!writing) return this.#tryOut(port, all);
    this.turn.readAhead.mayWrite(port, all);
    const { context, stream } = this;
    const { troubles } = context;
    const works = await takenBack(context, stream, writing, all, {
      isOver: () => this.#over,
      finish: (through, work) => void this.#ledger.finish(through, work),
    });
    await Promise.all([
      this.#ledger.mark(
        works.filter((work) => this.#ledger.plan(work)?.do === "read"),
      ),
      readPlanned(context, stream, port, works, this.#ledger),
    ]);
    const asked = await this.#looked(port, works);
    if (!asked) return;
    const open = works.filter(
      (work) =>
        !asked.has(work) && (work.maybeTwice || !this.#ledger.settled(work)),
    );
    if (!troubles.stopped(stream.kind)) await this.#ledger.mark(open);
    if (open.length > 0) this.#toWrite = { port: writing, works: open };
  }

  /** Items of records that are to be made. @returns records that are a question; undefined where all has to stop */
  async #looked(port: ReadPort, works: readonly Work[]) {
    const { context, stream } = this;
    const asked = new Set<Work>();
    // Since the run began others may have been left.
    if (!this.turn.twoWays || context.troubles.stopped(stream.kind))
      return asked;
    const fresh = works.filter(
      (work) => !work.entry.sent && this.#ledger.plan(work)?.do === "create",
    );
    const looked = await findItems(
      context,
      stream,
      port,
      fresh,
      (work, through) => {
        asked.add(work);
        this.#ledger.finish(through, work);
      },
    );
    return looked ? asked : undefined;
  }

  /** Reads and plans as for a run; what it comes to is shown. */
  async #tryOut(port: ReadPort, works: readonly Work[]): Promise<void> {
    await readPlanned(this.context, this.stream, port, works, this.#ledger);
    const asked = await this.#looked(port, works);
    for (const work of works) {
      if (!asked || this.#over) return;
      if (asked.has(work) || this.#ledger.settled(work)) continue;
      const through = await showOf(this.context, port, work, this.#ledger);
      if (through) this.#ledger.finish(through, work);
    }
  }

  #works(candidates: readonly Candidate[], port?: ReadPort): Work[] {
    const { tenantId } = this.context.run.account;
    return candidates.flatMap(({ entry, judged }) =>
      this.#ledger.guarded({ entry }, () =>
        judged.state === "untold"
          ? this.#ledger.finish(untold(entry))
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
}
