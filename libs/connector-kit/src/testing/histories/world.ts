import type { AmsRecord, StreamKind, SyncOptions } from "@ams-sync/sync-core";
import {
  MemoryAms,
  MemoryClock,
  MemoryState,
  type MemoryStream,
  Mortality,
} from "../../memory/index.js";
import type { RecordRef } from "../../ams-records.js";
import type { Connector } from "../../port.js";
import { runAccount } from "../../run.js";
import { silentTelemetry } from "../../telemetry.js";
import type { HistoryPlace, HistorySystem } from "./system.js";
import { Entered } from "./entered.js";
import { Watch } from "./watch.js";

export const STREAMS = ["contacts", "appointments"] as const;

const LIMITS = {
  sliceSize: 3,
  maxRecords: 1_000,
  maxSeconds: 60,
  commitGroup: 2,
};
const MINUTE_MS = 60_000;
const MISTAKE = /"name":"(Type|Range|Reference|Syntax)Error"/;

/** A user of a model brokerage, and their place at a system. */
export class HistoryWorld {
  readonly key = {
    tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
    accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  };
  readonly clock = new MemoryClock();
  readonly ams = new MemoryAms();
  readonly state = new MemoryState(this.clock);
  readonly place: HistoryPlace;
  readonly watch: Watch;
  readonly entered = new Entered(this);
  /** Items that another program put there. */
  readonly foreign = new Set<string>();
  readonly #options: SyncOptions;
  #connector: Connector;

  constructor(system: HistorySystem, policy: SyncOptions["policy"]) {
    this.place = system.place();
    this.#connector = this.place.connector();
    this.watch = new Watch(this);
    this.state.connect(this.key, STREAMS);
    this.ams.now = this.clock.epoch;
    // Capture tells of what came in, too.
    this.ams.written = (ref) => this.state.append([ref]);
    this.#options = {
      policy,
      contacts: {
        customers: true,
        companies: false,
        agents: false,
        tags: [],
        birthday: true,
      },
      appointments: {},
    };
  }

  stream(kind: StreamKind): MemoryStream {
    return this.state.stream(this.key.accountId, kind);
  }

  /** A transaction in ams, and capture's word of it. */
  commit(put: readonly AmsRecord[], removed: readonly RecordRef[] = []): void {
    for (const record of put) this.ams.put(record);
    for (const ref of removed) this.ams.remove(ref);
    this.state.append([
      ...put.map(({ kind, id }) => ({ kind, id })),
      ...removed.map(({ kind, id }) => ({ kind, id, deleted: true })),
    ]);
  }

  /** It is time to ask the other system, and to work on whatever is due. */
  poll(): void {
    for (const kind of STREAMS) this.stream(kind).remoteDue = true;
    this.state.account(this.key.accountId).dueAt = 0;
  }

  async run(life = new Mortality()) {
    const quiet = () => undefined;
    const { watch, clock } = this;
    return runAccount(
      this.key,
      {
        state: life.state(this.state),
        settings: life.settings({
          account: async () => ({
            userId: "7",
            version: 1n,
            serverUrl: this.place.login.serverUrl,
            containers: {},
            options: this.#options,
          }),
          credential: async () => ({ ...this.place.login, version: 1n }),
        }),
        records: life.records(this.ams),
        writes: life.writes(watch.writes(this.ams)),
        connector: life.connector(watch.connector(this.#connector)),
        clock,
        log: {
          info: quiet,
          warn: (facts, message) => {
            // Connections break here; what is a mistake in the code has another name.
            const told = JSON.stringify(facts);
            if (MISTAKE.test(told)) watch.report(`${message}: ${told}`);
          },
          error: (facts, message) =>
            watch.report(`${message}: ${JSON.stringify(facts)}`),
        },
        telemetry: silentTelemetry,
      },
      LIMITS,
      new AbortController().signal,
    );
  }

  /** The process dies at that call, and another one goes on once its lease is over. */
  async die(call: number, when: "before" | "after"): Promise<void> {
    const doomed = new Mortality(call, when);
    await Promise.race([doomed.death, this.run(doomed)]);
    await this.startAnew();
    await this.clock.advance(MINUTE_MS + 1);
  }

  /** As another process: what was under way has arrived or is lost. */
  async startAnew(): Promise<void> {
    await this.#connector.close?.();
    this.#connector = this.place.connector();
  }

  async settle(most = 40): Promise<void> {
    for (let runs = 0; runs < most; runs += 1)
      if (!(await this.run()).more) return;
    throw new Error(`After ${most} runs there is still something due.`);
  }

  async end(): Promise<void> {
    await this.#connector.close?.();
  }
}
