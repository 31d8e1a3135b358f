import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { Clock } from "../clock.js";
import type { RemoteChange } from "../port.js";
import { LeaseLost } from "../run-state.js";
import type {
  AccountKey,
  Ahead,
  BeginAnswer,
  Portion,
  RemotePage,
  Result,
  RunRef,
  RunState,
  RunSummary,
  StreamResults,
} from "../run-state.js";
import * as limits from "./memory-limits.js";
import { backOffMs } from "../what-next.js";
import { activeStreams, newAccount } from "./memory-account.js";
import { bind } from "./memory-bind.js";
import { beginStream, takeAhead, toldOf } from "./memory-begin.js";
import type { FeedChange, MemoryAccount } from "./memory-account.js";
import type { MemoryQuestions } from "./memory-questions.js";
import { MemoryStream, keyOf } from "./memory-stream.js";
import type { FeedRow } from "./memory-stream.js";

export type { FeedChange, MemoryAccount } from "./memory-account.js";

/** state as a model: the same promises as the service, kept in maps. One tenant's feed. */
export class MemoryState implements RunState {
  readonly #accounts = new Map<string, MemoryAccount>();
  readonly #feed = new Map<string, FeedRow>();
  #position = 0n;
  #runs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly leaseMs = 60_000,
  ) {}

  connect(key: AccountKey, kinds: readonly StreamKind[], asked = false): void {
    const account = newAccount(key, kinds);
    this.#accounts.set(key.accountId, account);
    for (const { trial } of account.streams.values())
      trial.begin(asked, this.clock.epoch(), true);
  }

  /** What capture does with a commit: one row per record, the newest counts, everybody is due. */
  append(changes: readonly FeedChange[]): void {
    for (const { id, ...told } of changes) {
      this.#position += 1n;
      this.#feed.set(keyOf(told.kind, id), {
        deleted: false,
        ...told,
        recordId: id,
        position: this.#position,
        committedAt: this.clock.epoch(),
      });
    }
    for (const account of this.#accounts.values()) account.dueAt = 0;
  }

  /** A concern, a saved setting. */
  wantAll(accountId: string): void {
    const account = this.account(accountId);
    account.dueAt = 0;
    for (const stream of account.streams.values()) stream.fullWanted = true;
  }

  /** "Zurücksetzen": no tokens, links lose their versions and what was agreed. */
  reset(accountId: string, kind: StreamKind, preview = false): void {
    this.wantAll(accountId);
    this.stream(accountId, kind).startAnew(this.clock.epoch());
    this.stream(accountId, kind).trial.begin(preview, this.clock.epoch());
  }

  /**
   * What settings tells once they are saved. Where a stream's server, user or chosen container has changed, nothing that
   * was bound or agreed there stands any more, and a run under way has lost the account.
   */
  announce(
    accountId: string,
    version: bigint,
    movedStreams: readonly StreamKind[] = [],
    preview = false,
  ): void {
    this.wantAll(accountId);
    const account = this.account(accountId);
    account.settingsVersion = version;
    if (movedStreams.length > 0) delete account.run;
    for (const kind of movedStreams) {
      const stream = this.stream(accountId, kind);
      delete stream.container;
      stream.owns = false;
      stream.startAnew(this.clock.epoch(), true);
    }
    for (const { trial } of activeStreams(account))
      trial.begin(preview, this.clock.epoch());
  }

  /** What people are shown of a stream. Whoever answers makes the account due. */
  questions(accountId: string, kind: StreamKind): MemoryQuestions {
    this.account(accountId).dueAt = 0;
    return this.stream(accountId, kind).questions;
  }

  /** @returns false while it is planned, and where another number is the newest */
  applyPreview(
    accountId: string,
    kind: StreamKind,
    number = this.stream(accountId, kind).trial.number,
  ): boolean {
    this.account(accountId).dueAt = 0;
    const { trial, fullWanted } = this.stream(accountId, kind);
    if (fullWanted) return false;
    return trial.apply(number, this.clock.epoch(), this.#position);
  }

  /** The feed as it is, for `MemoryQuestions.decideLost`. */
  get feed(): readonly FeedRow[] {
    return [...this.#feed.values()];
  }

  /** Loses everything that was remembered of a stream, links included. */
  forget(accountId: string, kind: StreamKind): void {
    this.reset(accountId, kind);
    this.stream(accountId, kind).links.clear();
  }

  account(accountId: string): MemoryAccount {
    const account = this.#accounts.get(accountId);
    if (account) return account;
    throw new Error("The model knows no such account.");
  }

  stream(accountId: string, kind: StreamKind): MemoryStream {
    const stream = this.account(accountId).streams.get(kind);
    if (stream) return stream;
    throw new Error("The model knows no such stream.");
  }

  /** Another replica takes the account over, for example because this one seemed dead. */
  steal(accountId: string): void {
    const account = this.account(accountId);
    account.run = { id: "thief", until: this.clock.epoch() + this.leaseMs };
  }

  async begin(key: AccountKey, ahead?: Ahead): Promise<BeginAnswer> {
    const account = this.#accounts.get(key.accountId);
    const now = this.clock.epoch();
    if (!account) return { granted: false, refusal: "unknown" };
    if (account.run && account.run.until > now)
      return { granted: false, refusal: "busy" };
    if (account.summary?.health === "needs-login" || account.dueAt > now)
      return { granted: false, refusal: "parked" };
    this.#runs += 1;
    account.run = { id: `run-${this.#runs}`, until: now + this.leaseMs };
    for (const stream of activeStreams(account)) beginStream(stream, now);
    const told = ahead?.settingsVersion === account.settingsVersion;
    return {
      granted: true,
      runId: account.run.id,
      leaseMs: this.leaseMs,
      settingsVersion: account.settingsVersion,
      source: "ams",
      streams: activeStreams(account).map((stream) => ({
        ...toldOf(stream, now),
        ...(told && takeAhead(account, stream, ahead, this.feed, now)),
      })),
    };
  }

  async renew(run: RunRef): Promise<number> {
    const held = this.#held(run);
    held.until = this.clock.epoch() + this.leaseMs;
    return this.leaseMs;
  }

  async bindContainer(
    run: RunRef,
    kind: StreamKind,
    container: string,
  ): Promise<number> {
    this.#held(run);
    const own = this.stream(run.account.accountId, kind);
    const all = [...this.#accounts.values()].flatMap(({ streams }) => [
      ...streams.values(),
    ]);
    return bind(own, all, container, this.clock.epoch());
  }

  async takeIn(
    run: RunRef,
    kind: StreamKind,
    kinds: readonly RecordKind[],
  ): Promise<number> {
    this.#held(run);
    return this.stream(run.account.accountId, kind).takeIn(
      [...this.#feed.values()],
      kinds,
      this.clock.epoch(),
    );
  }

  async takeInRemote(
    run: RunRef,
    kind: StreamKind,
    changes: readonly RemoteChange[],
    token?: string,
    page?: RemotePage,
  ): Promise<number> {
    this.#held(run);
    limits.refusePage(changes, token, page);
    const stream = this.stream(run.account.accountId, kind);
    stream.noteWatch(page?.watchedUntil);
    return stream.takeInRemote(changes, token, this.clock.epoch(), page);
  }

  async nextWork(
    run: RunRef,
    kind: StreamKind,
    limit: number,
  ): Promise<Portion> {
    this.#held(run);
    limits.refuseLimit(limit);
    return this.stream(run.account.accountId, kind).next(
      limit,
      this.clock.epoch(),
    );
  }

  async findItems(
    run: RunRef,
    kind: StreamKind,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#held(run);
    limits.refuseKeys(keys);
    return this.stream(run.account.accountId, kind).questions.find(keys);
  }

  async commit(
    run: RunRef,
    kind: StreamKind,
    results: readonly Result[],
  ): Promise<number> {
    const held = this.#held(run);
    const stream = this.stream(run.account.accountId, kind);
    limits.refuseResults(kind, results);
    stream.commit(results, this.clock.epoch());
    return held.until - this.clock.epoch();
  }

  async end(
    run: RunRef,
    summary: RunSummary,
    last: readonly StreamResults[] = [],
  ): Promise<{ readonly more: boolean }> {
    this.#held(run);
    limits.refuseSummary(summary);
    for (const { stream, results } of last)
      await this.commit(run, stream, results);
    const account = this.account(run.account.accountId);
    const now = this.clock.epoch();
    delete account.run;
    for (const stream of account.streams.values()) stream.polling = false;
    account.summary = summary;
    account.failures = summary.error ? account.failures + 1 : 0;
    const wait =
      summary.retryInMs ||
      (account.failures && backOffMs(account.failures - 1));
    for (const stream of activeStreams(account)) stream.settle(now);
    const due = Math.min(
      ...activeStreams(account).map((stream) =>
        stream.mayGo(now) || stream.hasNews(this.feed)
          ? now
          : stream.nextDueAt(),
      ),
    );
    account.dueAt = Math.max(due, now + wait);
    // Never due by itself; a test that wants another run says so.
    if (account.dueAt === Infinity) account.dueAt = 0;
    return {
      more: due <= now && wait === 0 && summary.health !== "needs-login",
    };
  }

  #held(run: RunRef): { until: number } {
    const held = this.account(run.account.accountId).run;
    if (held?.id === run.runId && held.until > this.clock.epoch()) return held;
    throw new LeaseLost("The run no longer holds its account.");
  }
}
