import type { StreamKind } from "@ams-sync/sync-core";
import type { AccountSettings, AccountView } from "./account-settings.js";
import type { AmsRecords, TenantHome } from "./ams-records.js";
import type { AmsWrites } from "./ams-writes.js";
import type { Clock } from "./clock.js";
import type { Halt } from "./halt.js";
import type { Lease } from "./lease.js";
import type { Log } from "./log.js";
import type { Connector } from "./port.js";
import type { Preload } from "./preload.js";
import type { Remote } from "./remote.js";
import type { Result, RunCounts, RunRef, RunState } from "./run-state.js";
import type { Telemetry } from "./telemetry.js";
import type { Troubles } from "./troubles.js";

/** All that a run touches. The kit itself opens no connection. */
export interface RunPorts {
  readonly state: RunState;
  readonly settings: AccountSettings;
  readonly records: AmsRecords;
  /** Missing: nothing comes into ams. */
  readonly writes?: AmsWrites;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/** When a run hands back, so that other accounts get their turn, and what it does at once. */
export interface RunLimits {
  /** Entries that are planned together. */
  readonly sliceSize: number;
  readonly maxRecords: number;
  readonly maxSeconds: number;
  /** Writes outside that are remembered together. */
  readonly commitGroup: number;
  /** How long a record that failed in passing waits before its next attempt; doubles. Default: 30 s. */
  readonly backOffFirstMs?: number;
}

/** One run, once it is granted. */
export interface RunContext extends RunPorts {
  readonly run: RunRef;
  readonly home: TenantHome;
  readonly account: AccountView;
  readonly limits: RunLimits;
  readonly lease: Lease;
  readonly halt: Halt;
  readonly troubles: Troubles;
  readonly remote: Remote;
  readonly counts: RunCounts;
  /** The stream is only tried: which preview for. */
  readonly trial?: bigint;
  /** What was read of the first entries with the user. */
  readonly preload?: Preload;
  /** Stores results in state and takes the lease's new time from the answer. */
  readonly commit: (
    stream: StreamKind,
    results: readonly Result[],
  ) => Promise<void>;
}

export const noCounts = (): RunCounts => ({
  created: 0,
  updated: 0,
  deleted: 0,
  unlinked: 0,
  adopted: 0,
  imported: 0,
  taken: 0,
  unchanged: 0,
  skipped: 0,
  setAside: 0,
  remoteRequests: 0,
});
