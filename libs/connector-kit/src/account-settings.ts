import type { StreamKind, SyncOptions } from "@ams-sync/sync-core";
import type { AccountKey, RunRef } from "./run-state.js";

/** What a user chose for the account. */
export interface AccountView {
  readonly userId: string;
  readonly version: bigint;
  readonly serverUrl: string;
  readonly options: SyncOptions;
  /** Collections that the user chose; without one an own one is used. */
  readonly containers: { readonly [stream in StreamKind]?: string };
}

/** settings, as a run sees it. */
export interface AccountSettings {
  account(account: AccountKey): Promise<AccountView>;
  /** Only while the run holds the account. Never logged, never kept beyond the run. */
  credential(
    run: RunRef,
  ): Promise<{ readonly username: string; readonly password: string }>;
}
