import type { Item } from "@ams-sync/connector-kit";
import type { Canonical, TimeZone } from "@ams-sync/sync-core";
import type { Entity } from "@microsoft/microsoft-graph-types";

/** What an item says, beside what it is called and which version it is. */
export type Reading = Omit<Item, "id" | "version" | "raw">;

/** What Graph answers with, contacts and events alike. */
export type Stored = Entity & {
  readonly changeKey?: string | null;
  readonly parentFolderId?: string | null;
};

/** One kind of item: where it is and how it reads. Pure. */
export interface Codec {
  /** Below the mailbox, for a folder of its kind. */
  readonly items: (folderId: string) => string;
  /** The query that brings all of an item that is read. */
  readonly query: string;
  readonly prefer: readonly string[];
  /** The zone that times are read in; missing: there are none. */
  readonly timeZone?: TimeZone;
  /** @param zone another one to read times in */
  read(stored: Stored, believed?: Canonical, zone?: string): Reading;
  create(uid: string, canonical: Canonical, attempt: number): unknown;
  /** Undefined where the item says all that already. */
  update(stored: Stored, next: Canonical, now: Canonical): unknown;
  normalize(canonical: Canonical): Canonical;
}
