import type { ConnectorError } from "./connector-error.js";
import type { Item } from "./port.js";

/** What lies at the own address of the record that an item may be. */
export type Place = "taken" | "another" | "unknown" | ConnectorError;

/**
 * Two events at one time for one reason are two where their remarks or those invited differ. That its user is one of
 * them says nothing: the calendar is theirs.
 */
export const isAnother = (
  item: Item,
  holder: Item,
  own: ReadonlySet<string>,
): boolean => {
  const [one, other] = [item.canonical, holder.canonical];
  if (one.type !== "appointment" || other.type !== "appointment") return false;
  const { remark } = one.fields;
  const invited = new Set([...(holder.attendees ?? []), ...own]);
  return (
    (remark !== undefined && remark !== other.fields.remark) ||
    (item.attendees ?? []).some((address) => !invited.has(address))
  );
};
