import {
  type AccountView,
  type RunReport,
  runAccount,
  silentTelemetry,
} from "@ams-sync/connector-kit";
import {
  MemoryAms,
  MemoryClock,
  MemoryState,
  Mortality,
} from "@ams-sync/connector-kit/memory";
import type { AmsRecord, StreamKind, SyncOptions } from "@ams-sync/sync-core";
import type { OutlookConnector } from "../connector.js";

const STREAMS: readonly StreamKind[] = ["contacts", "appointments"];

/** One account of a model brokerage at the simulator, run by connector-kit. */
export class OutlookAccount {
  readonly key = {
    tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
    accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  };
  readonly clock = new MemoryClock();
  readonly ams = new MemoryAms();
  readonly state = new MemoryState(this.clock);
  containers: AccountView["containers"] = {};
  options: SyncOptions = {
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

  /** What stands in settings: which of the logins that were stored it is. */
  revision = 0;
  /** Whether settings can be told of a renewed one. */
  storesLogins = true;

  constructor(
    public connector: OutlookConnector,
    readonly login: { readonly username: string; password: string },
    private readonly streams: readonly StreamKind[] = STREAMS,
  ) {
    this.state.connect(this.key, streams);
    this.ams.now = this.clock.epoch;
    // Capture tells of what came in, too.
    this.ams.written = (ref) => this.state.append([ref]);
  }

  commit(put: readonly AmsRecord[]): void {
    for (const record of put) this.ams.put(record);
    this.state.append(put.map(({ kind, id }) => ({ kind, id })));
  }

  remove(removed: readonly Pick<AmsRecord, "kind" | "id">[]): void {
    for (const record of removed) this.ams.remove(record);
    this.state.append(
      removed.map(({ kind, id }) => ({ kind, id, deleted: true })),
    );
  }

  /** The other side is asked again with the next run. */
  poll(): void {
    for (const kind of this.streams)
      this.state.stream(this.key.accountId, kind).remoteDue = true;
  }

  /** Another login is stored. */
  enter(password: string): void {
    this.login.password = password;
    this.revision += 1;
  }

  run(life = new Mortality()): Promise<RunReport> {
    const account = {
      userId: "7",
      version: 1n,
      serverUrl: "https://graph.microsoft.com/",
      username: this.login.username,
      containers: this.containers,
      options: this.options,
    };
    const quiet = () => undefined;
    return runAccount(
      this.key,
      {
        state: life.state(this.state),
        settings: life.settings({
          account: async () => account,
          credential: async () => ({
            ...{ ...this.login, version: 1n },
            revision: String(this.revision),
          }),
          renew: async (_run, revision, password) => {
            if (!this.storesLogins) throw new Error("settings is away");
            if (revision !== String(this.revision)) return undefined;
            this.enter(password);
            return String(this.revision);
          },
        }),
        records: life.records(this.ams),
        writes: life.writes(this.ams),
        connector: life.connector(this.connector),
        clock: this.clock,
        log: { info: quiet, warn: quiet, error: quiet },
        telemetry: silentTelemetry,
      },
      { sliceSize: 100, maxRecords: 2_000, maxSeconds: 60, commitGroup: 25 },
      new AbortController().signal,
    );
  }

  /** Runs until nothing is due. */
  async settle(): Promise<readonly RunReport[]> {
    const reports: RunReport[] = [];
    do {
      reports.push(await this.run());
    } while (reports.at(-1)?.more === true && reports.length < 10);
    return reports;
  }
}
