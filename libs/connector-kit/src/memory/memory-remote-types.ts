import type { Canonical } from "@ams-sync/sync-core";
import type { ConnectorError } from "../connector-error.js";
import type { Item } from "../port.js";

export type RemoteOperation =
  "open" | "container" | "changes" | "fetch" | "create" | "update" | "delete";

export interface RemoteCall {
  readonly operation: RemoteOperation;
  /** Address of the item, or the collection. */
  readonly at: string;
}

/** What goes wrong: a refusal before anything happens, or an answer that gets lost after it did. */
export type Fault =
  { readonly before: ConnectorError } | { readonly after: ConnectorError };

export interface StoredItem {
  readonly uid: string;
  readonly version: string;
  readonly form: Canonical;
  /** Stands for all properties that ams does not map. */
  readonly extra: string;
  readonly about?: AboutItem | undefined;
}

/** What an item of another program says besides its fields. */
export type AboutItem = Partial<
  Omit<Item, "id" | "version" | "uid" | "canonical" | "raw">
>;
