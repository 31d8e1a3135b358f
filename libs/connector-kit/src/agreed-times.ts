import { WHEN_FIELDS, pickFields, sameFields } from "@ams-sync/sync-core";
import type { Canonical, Fields, LinkView } from "@ams-sync/sync-core";
import type { Item, ReadPort } from "./port.js";

/**
 * What was agreed on and what the item says, in one zone (ADR 0020). An item that was not moved since the brokerage's zone
 * is another one has other wall times by now: what was agreed has them too, so that only the record differs, and goes
 * there. One that was moved says an instant, which comes in as the present zone has it.
 */
export const asAgreed = (
  { link, zone }: { readonly link?: LinkView; readonly zone?: string },
  port: ReadPort,
  item: Item,
): { readonly link?: LinkView; readonly fields: Fields } => {
  const { fields }: { readonly fields: Fields } = item.canonical;
  const apart = zone !== undefined && link?.base["date"] && link.zone !== zone;
  if (!apart || !isUnmoved(link, port, item))
    return { ...(link && { link }), fields };
  // What was called off is compared with the record alone, which nobody has changed.
  return item.cancelled
    ? { link, fields: withTimes(fields, link.base) }
    : { link: { ...link, base: withTimes(link.base, fields) }, fields };
};

/** The zone of an older link is unknown: then only the version tells. */
const isUnmoved = (
  { base, zone, itemVersion }: LinkView,
  port: ReadPort,
  item: Item,
): boolean => {
  if (itemVersion !== undefined && item.version === itemVersion) return true;
  if (zone === undefined || !port.readAs) return false;
  const believed: Canonical = { type: "appointment", fields: base };
  const { canonical } = port.readAs(item, believed, zone);
  return sameFields(canonical.fields, base, WHEN_FIELDS);
};

const withTimes = (fields: Fields, of: Fields): Fields => {
  const names = Object.keys({ ...fields, ...of });
  const times = pickFields(of, WHEN_FIELDS);
  const others = names.filter((name) => !isTime(name));
  return { ...pickFields(fields, others), ...times };
};

const isTime = (name: string): boolean =>
  (WHEN_FIELDS as readonly string[]).includes(name);
