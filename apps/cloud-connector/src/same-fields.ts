import type { Fields } from "@ams-sync/sync-core";

export function sameFields(one: Fields, other: Fields): boolean {
  const text = (fields: Fields) =>
    JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
