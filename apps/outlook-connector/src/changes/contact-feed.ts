import { itemIdOf } from "../item/item-id.js";
import type { FeedKind } from "./feed.js";

/** Delta of each folder. Its `@removed` is true: what lies elsewhere is gone from here. */
export const contactFeed: FeedKind = {
  start: (folderId) =>
    `/contactFolders/${encodeURIComponent(folderId)}/contacts/delta?$select=changeKey`,
  prefer: ["odata.maxpagesize=1000"],
  lastsMs: Infinity,
  changesOf: async (folderId, told) =>
    told.map(({ stored, removed }) => ({
      id: itemIdOf(folderId, stored.id ?? ""),
      gone: removed,
      ...(!removed && stored.changeKey && { version: stored.changeKey }),
    })),
};
