import type { Action, Canonical } from "@ams-sync/sync-core";
import { keysOf } from "./left.js";
import { contactType } from "./link.js";
import type { Outcome } from "./run-state.js";
import type { Work } from "./work.js";

type Unlinked = Extract<Outcome, { type: "unlinked" }>;

/**
 * What was theirs and loses its record is an item without one, remembered as such. Where the record has left the scope
 * it is found again. Where it was deleted in ams nobody wants it back: without that memory the item's category would
 * have it made anew; a record that comes back finds it all the same.
 */
export const leaves = (
  { inward, current, link, record, item, entry, away }: Work,
  { cell }: Extract<Action, { do: "unlink" }>,
  tenantId: string,
): Pick<Unlinked, "leaves" | "left"> => {
  const itemId = current?.id ?? link?.itemId;
  // What is in another container is not told of here.
  if (!inward || itemId === undefined || !link || away) return {};
  if (cell === "left-scope-unlink") return { leaves: itemId };
  if (cell === "elsewhere-unlink" && record.state === "out")
    return { leaves: itemId };
  if (record.state !== "gone" || item.state === "absent") return {};
  const { itemVersion = current?.version, base } = link;
  const type = entry.kind === "appointment" ? entry.kind : contactType(base);
  const nothing = Object.keys(base).length === 0;
  const form = { type, fields: base } as Canonical;
  return {
    left: {
      ...{ itemId, reason: "record-deleted", candidates: [] },
      keys: nothing ? [] : keysOf(tenantId, form),
      ...(itemVersion !== undefined && { itemVersion }),
    },
  };
};
