import { type Component, firstLine } from "./component.js";
import { unescapeText } from "./escape.js";

const PREFIX = /^urn:uuid:/i;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * What an item is known by: our own id in `ownId` (the property's name) where it is of the tenant, else its UID. Another
 * brokerage's own id says nothing here: all copies of that item have it. Both without `urn:uuid:`.
 */
export function uidOf(
  component: Component,
  ownId: string,
  isOurs: (uid: string) => boolean = () => true,
): string | undefined {
  const [own = "", uid] = [ownId, "UID"].map((property) =>
    folded(unescapeText(firstLine(component, property)?.value ?? "").trim()),
  );
  const counts = own !== "" && isOurs(own) ? own : uid;
  return counts === "" ? undefined : counts;
}

/**
 * A UUID, as our own ids are, is one in either case (RFC 9562 section 4). Any other UID is a text (RFC 6350 6.7.6,
 * RFC 5545 3.8.4.7): two that differ in case only are two items.
 */
function folded(uid: string): string {
  const bare = uid.replace(PREFIX, "");
  return bare !== uid || UUID.test(bare) ? bare.toLowerCase() : uid;
}
