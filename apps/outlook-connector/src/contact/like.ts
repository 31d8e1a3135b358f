import { ADDRESS_FIELDS } from "@ams-sync/sync-core";
import type { Fields } from "@ams-sync/sync-core";

/** The one that says this, else the only one of which at least half is as it was. */
export function oneLike<S>(
  known: string,
  slots: readonly S[],
  textAt: (slot: S) => string,
): S | undefined {
  const exact = slots.find((slot) => textAt(slot) === known);
  const [like, ...others] = slots.filter(
    (slot) => 2 * common(textAt(slot), known) >= known.length,
  );
  return exact ?? (others.length === 0 ? like : undefined);
}

/** How many characters two texts share at the beginning and at the end. */
function common(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let front = 0;
  while (front < most && a[front] === b[front]) front += 1;
  let back = 0;
  while (back < most - front && a.at(-1 - back) === b.at(-1 - back)) back += 1;
  return front + back;
}

export const isEmpty = (address: Fields): boolean =>
  ADDRESS_FIELDS.every((name) => (address[name] ?? "") === "");

/** How many of the known parts it says: all, more than half, or fewer. */
export function agreement(
  address: Fields,
  known: Fields,
): "all" | "most" | "few" {
  const names = ADDRESS_FIELDS.filter((name) => (known[name] ?? "") !== "");
  const said = names.filter((name) => address[name] === known[name]).length;
  if (said === names.length) return "all";
  return 2 * said > names.length ? "most" : "few";
}
