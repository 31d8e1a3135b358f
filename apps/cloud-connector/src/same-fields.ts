import type { Canonical } from "@ams-sync/sync-core";

export function sameFields(one: Canonical, other: Canonical): boolean {
  const text = ({ fields }: Canonical) =>
    JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  return text(one) === text(other);
}
