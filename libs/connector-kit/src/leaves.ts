import type { Action } from "@ams-sync/sync-core";
import type { Work } from "./work.js";

/** What was theirs and is in scope no more is an item without a record: remembered as such, it is found again. */
export const leaves = (
  { inward, current, link }: Work,
  { cell }: Extract<Action, { do: "unlink" }>,
): { readonly leaves?: string } => {
  const id = current?.id ?? link?.itemId;
  return inward && cell === "left-scope-unlink" && id !== undefined
    ? { leaves: id }
    : {};
};
