import type { Fields } from "@ams-sync/sync-core";
import type { Written } from "./port.js";
import type { Work } from "./work.js";

/**
 * What a link remembers beside what was agreed: its zone, fields that were not compared, and those that an earlier write
 * left out there and that the item, as read, still lacks.
 */
export const openIn = ({ unsent, zone, link, current }: Work) => {
  const held: Fields = current?.canonical.fields ?? {};
  return {
    ...{ zone, open: unsent },
    unkept: (link?.unkept ?? []).filter(
      (name) =>
        held[name] === undefined || current?.unclear?.includes(name) === true,
    ),
  };
};

/** Until an item is read back nobody knows what it holds, so that nothing counts as emptied there. */
export const openAfter = (
  work: Work,
  base: Fields,
  { unread, unkept }: Written,
) => {
  const before = openIn(work);
  const now = unread ? Object.keys(base) : (unkept ?? before.unkept);
  return { ...before, unkept: now };
};
