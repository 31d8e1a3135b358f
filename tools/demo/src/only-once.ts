import type { Expected, SeenItem } from "@ams-sync/proof";

/** A record that no other looks like, so that its item is known without the product's help. */
export function onlyOnce(
  records: Expected["contacts"],
  items: readonly SeenItem[],
): { record: Expected["contacts"][number]; item: SeenItem } {
  for (const record of records) {
    const found = items.filter(({ line }) => line === record.line);
    const [item] = found;
    if (item && found.length === 1) return { record, item };
  }
  throw new Error("no record is there exactly once");
}
