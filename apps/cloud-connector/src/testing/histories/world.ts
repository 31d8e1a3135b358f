import { runAccount, silentTelemetry } from "@ams-sync/connector-kit";
import type {
  AccountSettings,
  AmsRecords,
  AmsWrites,
  RecordRef,
  RunReport,
} from "@ams-sync/connector-kit";
import {
  MemoryAms,
  MemoryClock,
  MemoryState,
  Mortality,
} from "@ams-sync/connector-kit/memory";
import type { MemoryStream } from "@ams-sync/connector-kit/memory";
import type {
  AmsRecord,
  StreamKind,
  SyncOptions,
  TimeZone,
  UserView,
} from "@ams-sync/sync-core";
import { Party, STREAMS } from "./party.js";
import type { Reads } from "./reads.js";
import type { Traits } from "./traits.js";
import { Watch } from "./watch.js";

/** What differs from one history to the next before anything happens. */
export interface Setting {
  readonly policies: readonly [SyncOptions["policy"], SyncOptions["policy"]];
  readonly traits: readonly [Traits, Traits];
}

export type Who = 0 | 1;

const LIMITS = {
  sliceSize: 3,
  maxRecords: 1_000,
  maxSeconds: 60,
  commitGroup: 2,
};

/** Two users of one brokerage, each with a system of their own. */
export class HistoryWorld {
  readonly clock = new MemoryClock();
  readonly state = new MemoryState(this.clock);
  readonly ams = new WatchedAms();
  readonly parties: readonly [Party, Party];
  readonly watch: Watch;
  /** What ams has committed and capture has not told yet. */
  readonly untold: (RecordRef & { readonly deleted?: boolean })[] = [];
  #told: typeof this.untold = [];
  /** Runs that stand still, and what lets them go on. */
  readonly zombies: {
    readonly party: Party;
    readonly since: number;
    readonly wake: () => void;
    readonly run: Promise<unknown>;
  }[] = [];

  constructor({ policies, traits }: Setting) {
    this.parties = [
      new Party("7", traits[0], policies[0]),
      new Party("8", traits[1], policies[1]),
    ];
    this.watch = new Watch(this);
    this.ams.now = this.clock.epoch;
    this.ams.written = (ref) => this.state.append([ref]);
    this.ams.lost = (key) => this.watch.report(`${key} was deleted in ams`);
    for (const party of this.parties) {
      const { userId, key, server } = party;
      this.ams.users.set(userId, userOf(userId));
      this.state.connect(key, STREAMS);
      server.sent = (effect) => this.watch.sent(party, effect);
      server.done = (effect) => this.watch.done(party, effect);
    }
  }

  party(who: Who): Party {
    return this.parties[who];
  }

  user({ userId }: Party): UserView {
    return this.ams.users.get(userId) ?? userOf(userId);
  }

  stream({ key }: Party, kind: StreamKind): MemoryStream {
    return this.state.stream(key.accountId, kind);
  }

  /** A transaction in ams; `late`: capture tells of it some time. */
  commit(
    put: readonly AmsRecord[],
    removed: readonly RecordRef[] = [],
    late = false,
  ): void {
    for (const record of put) this.ams.put(record);
    this.ams.byPeople(() => {
      for (const ref of removed) this.ams.remove(ref);
    });
    const told = [
      ...put.map(({ kind, id }) => ({ kind, id })),
      ...removed.map(({ kind, id }) => ({ kind, id, deleted: true })),
    ];
    this.untold.push(...told);
    if (!late) this.tell();
  }

  /** Capture tells what it has not told, in the order of the commits; `again`: and before that what it told last. */
  tell(again = false): void {
    const fresh = this.untold.splice(0);
    for (const { kind, id, deleted } of fresh)
      if (deleted) this.watch.buried({ kind, id });
    this.state.append([...(again ? this.#told : []), ...fresh]);
    this.#told = [...this.#told, ...fresh].slice(-5);
  }

  /** Saved settings. */
  choose(party: Party, options: SyncOptions): void {
    party.options = options;
    for (const kind of STREAMS)
      this.stream(party, kind).active = options[kind] !== undefined;
    this.#saved(party);
  }

  move(party: Party, kind: StreamKind, container: string | undefined): void {
    const { [kind]: before, ...others } = party.containers;
    if (before === container) return;
    party.leave(kind);
    party.containers = {
      ...others,
      ...(container !== undefined && { [kind]: container }),
    };
    this.#saved(party, [kind]);
  }

  rights(party: Party, change: Partial<UserView>): void {
    this.ams.users.set(party.userId, { ...this.user(party), ...change });
    this.state.wantAll(party.key.accountId);
  }

  #saved(party: Party, moved: readonly StreamKind[] = []): void {
    party.settingsVersion += 1n;
    const { accountId } = party.key;
    this.state.announce(accountId, party.settingsVersion, moved);
  }

  /** It is time to ask the other system, and to work on whatever is due. */
  poll(party: Party): void {
    for (const kind of STREAMS) this.stream(party, kind).remoteDue = true;
    this.state.account(party.key.accountId).dueAt = 0;
  }

  async run(party: Party, life = new Mortality()): Promise<RunReport> {
    this.watch.begin(party);
    const reads = party.begin(life);
    const report = await runAccount(
      party.key,
      {
        state: life.state(this.state),
        settings: life.settings(this.#settings(party, reads)),
        records: life.records(this.#records(reads)),
        writes: life.writes(this.#writes(party, reads)),
        connector: life.connector(party.server),
        clock: this.clock,
        log: {
          info: () => undefined,
          warn: (facts, message) => {
            // A fault of the connector's own: nothing was done by halves.
            if ("fault" in facts)
              this.watch.report(`${message}: ${JSON.stringify(facts)}`);
          },
          error: (facts, message) =>
            this.watch.report(`${message}: ${JSON.stringify(facts)}`),
        },
        telemetry: silentTelemetry,
      },
      LIMITS,
      new AbortController().signal,
    );
    party.end(life);
    return report;
  }

  async settle(party: Party, most = 60): Promise<void> {
    for (let runs = 0; runs < most; runs += 1)
      if (!(await this.run(party)).more) return;
    throw new Error(`After ${most} runs there is still something due.`);
  }

  #settings(party: Party, reads: Reads): AccountSettings {
    return {
      account: async () => {
        reads.options(party.options);
        return {
          userId: party.userId,
          version: party.settingsVersion,
          serverUrl: "https://wolke.example/",
          options: party.options,
          containers: { ...party.containers },
        };
      },
      credential: async () => ({
        username: "jörg",
        password: "geheim",
        version: party.settingsVersion,
      }),
    };
  }

  #records(reads: Reads): AmsRecords {
    return {
      load: async (home, userId, refs) => {
        const view = await this.ams.load(home, userId, refs);
        reads.loaded(view.user, refs, view.records);
        return view;
      },
    };
  }

  #writes(party: Party, reads: Reads): AmsWrites {
    const { ams, watch } = this;
    return {
      change: async (home, change) => {
        const before = ams.recordOf(change.ref);
        const changed = await ams.change(home, change);
        if (changed.outcome === "written" && before)
          watch.took(party, before, changed.record);
        if (changed.outcome === "written") reads.wrote(changed.record);
        return changed;
      },
      changeTogether: async (home, changes) => {
        const before = changes.map(({ ref }) => ams.recordOf(ref));
        const written = await ams.changeTogether(home, changes);
        for (const [index, record] of written.entries()) {
          const was = before[index];
          if (record && was) watch.took(party, was, record);
          if (record) reads.wrote(record);
        }
        return written;
      },
      match: (...args) => ams.match(...args),
      customersOf: (...args) => ams.customersOf(...args),
      madeOf: (...args) => ams.madeOf(...args),
      create: async (...args) => {
        const created = await ams.create(...args);
        if (created.outcome === "created") watch.made(args[3], created.record);
        if ("record" in created) reads.wrote(created.record);
        return created;
      },
    };
  }
}

class WatchedAms extends MemoryAms {
  /** Told of every record that goes although nobody removes it. */
  lost: (key: string) => void = () => undefined;
  #people = false;
  override readonly records = new Rows((key) => {
    if (!this.#people) this.lost(key);
  });

  byPeople(remove: () => void): void {
    this.#people = true;
    remove();
    this.#people = false;
  }

  recordOf({ kind, id }: RecordRef): AmsRecord | undefined {
    return this.records.get(`${kind}/${id}`);
  }
}

class Rows extends Map<string, AmsRecord> {
  constructor(private readonly going: (key: string) => void) {
    super();
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.going(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.going(key);
    super.clear();
  }
}

const userOf = (userId: string): UserView => ({
  userId,
  rights: new Set(),
  agentRelease: false,
  releasedAgentIds: new Set(),
  timeZone: "Europe/Berlin" as TimeZone,
});
