import {
  type AccountView,
  type RunReport,
  runAccount,
} from "@ams-sync/connector-kit";
import {
  MemoryAms,
  MemoryClock,
  MemoryState,
  Mortality,
} from "@ams-sync/connector-kit/memory";
import { silentTelemetry } from "@ams-sync/connector-kit";
import type { AmsRecord, StreamKind, SyncOptions } from "@ams-sync/sync-core";
import { CloudConnector } from "../connector.js";
import { TO_LOOPBACK } from "./to-loopback.js";

const STREAMS: readonly StreamKind[] = ["contacts", "appointments"];

/** One account of a model brokerage at a real DAV server, run by connector-kit. */
export class CloudAccount {
  readonly key = {
    tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
    accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  };
  readonly clock = new MemoryClock();
  readonly ams = new MemoryAms();
  readonly state = new MemoryState(this.clock);
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
  readonly #connector: CloudConnector;

  /** What the user chose; `choose` changes it as settings does. */
  readonly #chosen: {
    version: bigint;
    serverUrl: string;
    username: string;
    containers: AccountView["containers"];
  };

  constructor(
    serverUrl: string,
    username: string,
    private readonly password: string,
    requestTimeoutMs = 20_000,
  ) {
    this.#connector = new CloudConnector({
      requestTimeoutMs,
      egress: TO_LOOPBACK,
    });
    this.#chosen = { version: 1n, serverUrl, username, containers: {} };
    this.state.connect(this.key, STREAMS);
    this.ams.now = this.clock.epoch;
    // Capture tells of what came in, too.
    this.ams.written = (ref) => this.state.append([ref]);
  }

  /** The user saves another server, user or collection. `told` false: state has not heard of it yet. */
  choose(
    change: {
      readonly serverUrl?: string;
      readonly username?: string;
      readonly containers?: AccountView["containers"];
    },
    told = true,
  ): void {
    Object.assign(this.#chosen, change);
    this.#chosen.version += 1n;
    if (told) this.tell();
  }

  /** state hears of what was saved. */
  tell(): void {
    this.state.announce(this.key.accountId, this.#chosen.version, STREAMS);
  }

  commit(
    put: readonly AmsRecord[],
    removed: readonly Pick<AmsRecord, "kind" | "id">[] = [],
  ): void {
    for (const record of put) this.ams.put(record);
    for (const record of removed) this.ams.remove(record);
    this.state.append([
      ...put.map(({ kind, id }) => ({ kind, id })),
      ...removed.map(({ kind, id }) => ({ kind, id, deleted: true })),
    ]);
  }

  /** Everything is looked over on both sides. */
  lookOverAll(): void {
    this.state.wantAll(this.key.accountId);
    for (const kind of STREAMS)
      this.state.stream(this.key.accountId, kind).remoteDue = true;
  }

  run(life = new Mortality()): Promise<RunReport> {
    const { password } = this;
    const { username, serverUrl, version, containers } = this.#chosen;
    const account = {
      userId: "7",
      version,
      serverUrl,
      containers,
      options: this.options,
    };
    return runAccount(
      this.key,
      {
        state: life.state(this.state),
        settings: life.settings({
          account: async () => account,
          credential: async () => ({
            username,
            password,
            version: account.version,
          }),
        }),
        records: life.records(this.ams),
        writes: life.writes(this.ams),
        connector: life.connector(this.#connector),
        clock: this.clock,
        log: {
          info: () => undefined,
          warn: () => undefined,
          error: () => undefined,
        },
        telemetry: silentTelemetry,
      },
      { sliceSize: 100, maxRecords: 2_000, maxSeconds: 60, commitGroup: 10 },
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

  close(): Promise<void> {
    return this.#connector.close();
  }
}
