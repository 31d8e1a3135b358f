import { streamOf } from "@ams-sync/sync-core";
import type {
  AmsRecord,
  Fields,
  RecordKind,
  StreamKind,
  SyncOptions,
} from "@ams-sync/sync-core";
import type { AccountSettings, AccountView } from "../account-settings.js";
import type { RecordRef } from "../ams-records.js";
import { identityOf } from "../identity.js";
import type { Log } from "../log.js";
import { runAccount } from "../run.js";
import type { RunLimits, RunPorts } from "../run-context.js";
import type { RunReport } from "../run-report.js";
import { silentTelemetry } from "../telemetry.js";
import type { Telemetry } from "../telemetry.js";
import { MemoryAms } from "./memory-ams.js";
import { MemoryClock } from "./memory-clock.js";
import { MemoryRemote } from "./memory-remote.js";
import { MemoryState } from "./memory-state.js";
import type { MemoryAccount } from "./memory-state.js";
import type { MemoryStream } from "./memory-stream.js";
import { Mortality } from "./mortality.js";

const EVERYTHING: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
  appointments: {},
};

export interface LogLine {
  readonly level: "info" | "warn" | "error";
  readonly facts: object;
  readonly message: string;
}

/** ams, state, settings, a server and one account between them: everything that a run touches. */
export class MemoryWorld {
  readonly key = {
    tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
    accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  };
  readonly clock = new MemoryClock();
  readonly ams = new MemoryAms();
  readonly remote = new MemoryRemote();
  readonly state: MemoryState;
  readonly logged: LogLine[] = [];
  options: SyncOptions = EVERYTHING;
  settingsVersion = 1n;
  /** The process has read the settings before. */
  remembers = false;
  containers: AccountView["containers"] = {};
  userId = "7";
  username = "jörg";
  telemetry: Telemetry = silentTelemetry;
  limits: RunLimits = {
    sliceSize: 10,
    maxRecords: 1_000,
    maxSeconds: 60,
    commitGroup: 2,
  };

  constructor(leaseMs?: number) {
    this.state = new MemoryState(this.clock, leaseMs);
    this.state.connect(this.key, ["contacts", "appointments"]);
    this.ams.now = this.clock.epoch;
    this.ams.written = (ref) => this.state.append([ref]);
  }

  /** A transaction in ams, captured at once. */
  commit(
    put: readonly AmsRecord[],
    removed: readonly RecordRef[] = [],
    traceParent?: string,
  ): void {
    for (const record of put) this.ams.put(record);
    for (const ref of removed) this.ams.remove(ref);
    this.state.append([
      ...put.map(({ kind, id }) => ({
        kind,
        id,
        ...(traceParent !== undefined && { traceParent }),
      })),
      ...removed.map(({ kind, id }) => ({ kind, id, deleted: true })),
    ]);
  }

  /** What a run is given. */
  ports(life = new Mortality()): RunPorts {
    return {
      state: life.state(this.state),
      settings: life.settings(this.#settings()),
      records: life.records(this.ams),
      writes: life.writes(this.ams),
      connector: life.connector(this.remote),
      clock: this.clock,
      log: this.#log(),
      telemetry: this.telemetry,
    };
  }

  /** One run, in a process of its own. */
  run(
    life = new Mortality(),
    stopping: AbortSignal = new AbortController().signal,
  ): Promise<RunReport> {
    return runAccount(this.key, this.ports(life), this.limits, stopping);
  }

  /** Runs until nothing is due. Throws when that never comes. */
  async settle(most = 10): Promise<readonly RunReport[]> {
    const reports: RunReport[] = [];
    while (reports.length < most) {
      const report = await this.run();
      reports.push(report);
      if (!report.more) return reports;
    }
    throw new Error(`After ${most} runs there is still something due.`);
  }

  /** The user saves other options; state is told. */
  choose(options: SyncOptions): void {
    this.options = options;
    for (const kind of ["contacts", "appointments"] as const)
      this.stream(kind).active = options[kind] !== undefined;
    this.wantAll();
  }

  /** The account is disconnected, and what was put there goes. */
  part(): void {
    this.options = { ...this.options, leaving: true };
    this.account().dueAt = 0;
    for (const stream of this.account().streams.values()) {
      const asked = { remoteDue: false, listed: true, fullWanted: false };
      Object.assign(stream, { ...asked, parting: true });
      // Of what goes nobody is asked once more.
      delete stream.trial.preview;
      stream.questions.undoAll(this.clock.epoch());
    }
  }

  /** What state keeps of a stream of the account. */
  stream(kind: StreamKind = "contacts"): MemoryStream {
    return this.state.stream(this.key.accountId, kind);
  }

  /** What state keeps of the account. */
  account(): MemoryAccount {
    return this.state.account(this.key.accountId);
  }

  /** Everything is to be looked over: a saved setting, a changed right. */
  wantAll(): void {
    this.state.wantAll(this.key.accountId);
  }

  /** Where the record's item is, in its stream's own container. */
  addressOf(kind: RecordKind, id: string): string {
    const { uid } = identityOf(this.key.tenantId, kind, id);
    return `/${streamOf(kind)}/${uid}`;
  }

  /** Mapped fields of the record's item; undefined where there is none. */
  shown(kind: RecordKind, id: string): Fields | undefined {
    return this.remote.items.get(this.addressOf(kind, id))?.form.fields;
  }

  /** Every write so far that changed something. */
  writes(): readonly string[] {
    return this.remote.writes.map(({ operation }) => operation);
  }

  /** What is set aside: `side:id` and its code. */
  asideCodes(kind: StreamKind = "contacts"): readonly (readonly string[])[] {
    return this.stream(kind).setAside.map(({ key, code }) => [key, code]);
  }

  #settings(): AccountSettings {
    const view: AccountView = {
      userId: this.userId,
      version: this.settingsVersion,
      serverUrl: "https://wolke.example/",
      username: this.username,
      options: this.options,
      containers: this.containers,
    };
    return {
      account: async () => view,
      ...(this.remembers && { remembered: () => view }),
      credential: async () => ({
        username: this.username,
        password: "geheim",
        version: this.settingsVersion,
      }),
    };
  }

  #log(): Log {
    const line =
      (level: LogLine["level"]) => (facts: object, message: string) =>
        void this.logged.push({ level, facts, message });
    return { info: line("info"), warn: line("warn"), error: line("error") };
  }
}
