import { statusOf } from "@ams-sync/sync-core";

/** A user who wants an item made into a record has said more than a category does (R46). */
export const statusAsked = (
  categories: readonly string[],
  wanted: boolean,
): readonly string[] =>
  wanted && statusOf(categories) === undefined
    ? [...categories, "Kunde"]
    : categories;
