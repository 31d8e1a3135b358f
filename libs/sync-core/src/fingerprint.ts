import type { Fields } from "./canonical.js";

/** Equal for equal forms, different for different ones, whatever the order of the fields. The kit hashes it. */
export function fingerprintText(form: { readonly fields: Fields }): string {
  const entries = Object.entries(form.fields)
    .filter(([, value]) => value !== undefined && value !== "")
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify(entries);
}
