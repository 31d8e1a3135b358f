import type { Item } from "@ams-sync/connector-kit";
import type { Instant } from "@ams-sync/sync-core";
import type { OutlookItem } from "@microsoft/microsoft-graph-types";

/** By which people sort it. */
export function wordsOf({ categories }: OutlookItem): Pick<Item, "categories"> {
  const words = (categories ?? []).flatMap((word) => word.trim() || []);
  return words.length > 0 ? { categories: words } : {};
}

export function momentsOf({
  createdDateTime,
  lastModifiedDateTime,
}: OutlookItem): Pick<Item, "createdAt" | "changedAt"> {
  const [createdAt, changedAt] = [createdDateTime, lastModifiedDateTime].map(
    (text) => Date.parse(text ?? "") as Instant,
  );
  return {
    ...(createdAt && { createdAt }),
    ...(changedAt && { changedAt }),
  };
}
