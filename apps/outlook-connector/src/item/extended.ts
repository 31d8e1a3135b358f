import type { SingleValueLegacyExtendedProperty } from "@microsoft/microsoft-graph-types";

/** Named property of ours: whose item it is. The set's id was drawn once and must never change. */
export const OWN_ID =
  "String {0a5f3f0e-6e0b-4d8b-9f0c-3a7f5b1c9e42} Name amsId";
/** Short: as Integer Exchange takes it for another property, that nobody reads. 0 unspecified, 1 female, 2 male. */
export const GENDER = "Short 0x3A4D";
/** v1.0 has no property for them. */
export const FAX = {
  business: "String 0x3A24",
  home: "String 0x3A25",
  primary: "String 0x3A23",
} as const;
/** The field "Kontakte" of an appointment: entry ids (PidLidContactLinkEntry, MS-OXCMSG 2.2.1.57.2). */
export const LINKED_ENTRIES =
  "Binary {00062008-0000-0000-C000-000000000046} Id 0x8585";

export interface Extended {
  readonly singleValueExtendedProperties?:
    SingleValueLegacyExtendedProperty[] | null;
}

/** Exchange answers with ids in a spelling of its own. */
const sameId = (one: string | undefined, other: string): boolean =>
  one?.toLowerCase() === other.toLowerCase();

export const valueOf = (item: Extended, id: string): string =>
  item.singleValueExtendedProperties
    ?.find((one) => sameId(one.id, id))
    ?.value?.trim() ?? "";

/** What a query asks for, ready for an address. */
export const expandOf = (ids: readonly string[]): string =>
  encodeURIComponent(
    `singleValueExtendedProperties($filter=${ids.map((id) => `id eq '${id}'`).join(" or ")})`,
  );

/** Items that carry this own id, ready for an address. */
export const ownIdFilter = (uid: string): string =>
  encodeURIComponent(
    `singleValueExtendedProperties/Any(ep: ep/id eq '${OWN_ID}' and ep/value eq '${uid}')`,
  );
