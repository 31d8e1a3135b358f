import { plan } from "@ams-sync/sync-core";
import type { SyncOptions } from "@ams-sync/sync-core";
import { done } from "./done.js";
import type { Done } from "./done.js";
import { linkView } from "./link.js";
import type { RemoteEntry } from "./run-state.js";

/**
 * What the other system announced and nobody reads: an echo, or a stream that takes nothing in. The planner names the cell,
 * the entry is struck and the link stays, so that the record's next change meets the item as it is.
 */
export const announced = (entry: RemoteEntry, options: SyncOptions): Done =>
  done(
    entry,
    { type: "untouched" },
    { cell: isEcho(entry) ? "echo" : cellOf(entry, options), effect: false },
  );

/** The very version that the link remembers: our own write, or a listing that shows everything. */
export const isEcho = ({ gone, itemVersion, link }: RemoteEntry): boolean =>
  !gone &&
  itemVersion !== undefined &&
  itemVersion === link?.itemVersion &&
  link.lost === undefined;

const cellOf = (entry: RemoteEntry, options: SyncOptions): string =>
  plan({
    ...(entry.link && { link: linkView(entry.link) }),
    record: { state: "none" },
    item: { state: entry.gone ? "absent" : "unread" },
    policy: options.policy,
    fieldNames: [],
  }).cell;
