import type { Link, Result } from "../run-state.js";
import { keyOf } from "./memory-inbox.js";
import type { Stored } from "./memory-inbox.js";

/**
 * What waits for a change of the record or of the item, and is not among the results: all of both is agreed on now. Where
 * the link's version is the old one, the item may have changed since, and what waits may be about that.
 */
export const strikeAnswered = (
  inbox: Map<string, Stored>,
  { kind, recordId, itemId, itemVersion }: Link,
  links: ReadonlyMap<string, Link>,
  results: readonly Result[],
): void => {
  if (itemVersion === undefined) return;
  const record = keyOf(kind, recordId);
  const known = links.get(record);
  const kept = known?.itemId === itemId && known.itemVersion === itemVersion;
  for (const key of [`ams:${record}`, `remote:${itemId}`]) {
    const stored = inbox.get(key);
    if (!stored?.aside || stored.dueAt !== Infinity || stored.sent) continue;
    if (stored.takeBack) continue;
    if (results.some(({ entryId }) => entryId === stored.id)) continue;
    const { about } = stored;
    const same = "change" in about && about.change.version === itemVersion;
    if (!kept || same) inbox.delete(key);
  }
};
