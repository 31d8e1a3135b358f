import type { StreamKind, SyncOptions } from "@ams-sync/sync-core";
import type { AccountKey, RunRef } from "./run-state.js";

/** What a user chose for the account. */
export interface AccountView {
  readonly userId: string;
  readonly version: bigint;
  readonly serverUrl: string;
  /** The user's login there. */
  readonly username?: string;
  readonly options: SyncOptions;
  /**
   * Collections that the user chose; without one an own one is used. Where kinds have folders of their own (R29) they
   * follow as a query: "/contactFolders/A?company=/contactFolders/B", or the query alone.
   */
  readonly containers: { readonly [stream in StreamKind]?: string };
}

export interface Credential {
  readonly username: string;
  readonly password: string;
  /** Of the settings that it belongs to, as they stand now. */
  readonly version: bigint;
  /** Names what is stored, for `renew`; missing: it cannot be renewed. */
  readonly revision?: string;
}

/** settings, as a run sees it. */
export interface AccountSettings {
  /** What was read last, where it is still known; whether it stands there now only state can tell. */
  remembered?(account: AccountKey): AccountView | undefined;
  /** What stands there now. What was read before may be answered where it is of `version`, which state was told last. */
  account(account: AccountKey, version: bigint): Promise<AccountView>;
  /** Only while the run holds the account. Never logged, never kept beyond the run. */
  credential(run: RunRef): Promise<Credential>;
  /**
   * Stores what the other system gave in place of a password, where `revision` is still what is stored.
   * @returns the revision since; undefined: something else was stored meanwhile, which stays
   */
  renew?(
    run: RunRef,
    revision: string,
    password: string,
  ): Promise<string | undefined>;
}
