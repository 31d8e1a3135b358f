import type { RecordKind, StreamKind } from "@ams-sync/sync-core";

/** One user's login at one system. Both are UUIDs. */
export interface AccountKey {
  readonly tenantId: string;
  readonly accountId: string;
}

export interface RunRef {
  readonly account: AccountKey;
  readonly runId: string;
}

/** What a run of known settings would ask next. */
export interface Ahead {
  readonly settingsVersion: bigint;
  /** Of `nextWork`. */
  readonly limit: number;
  /** Of `takeIn`. */
  readonly streams: readonly {
    readonly kind: StreamKind;
    readonly kinds: readonly RecordKind[];
  }[];
}

/** Another run may hold the account now: stop all effects, write nothing more. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** The collection belongs to another stream; two accounts would fight over its items. */
export class ContainerTaken extends Error {
  override readonly name = "ContainerTaken";
}
