import { ADDRESS_FIELDS, tidy } from "@ams-sync/sync-core";
import type { Contact, ContactField, Fields } from "@ams-sync/sync-core";
import type {
  Contact as OutlookContact,
  PhysicalAddress,
} from "@microsoft/microsoft-graph-types";
import { agreement, isEmpty, oneLike } from "./like.js";
import { type Extended, FAX, valueOf } from "../item/extended.js";

export type StoredContact = OutlookContact & Extended;

export type AddressSlot = "homeAddress" | "businessAddress" | "otherAddress";
export type FaxSlot = keyof typeof FAX;

/**
 * Which of several places of a contact hold what ams knows one of. Undefined: some are filled, and none is like what is
 * known; which of them took its place, if any did, nobody can tell.
 */
export interface Slots {
  readonly address: AddressSlot | undefined;
  readonly fax: FaxSlot | undefined;
  readonly homePhone: number | undefined;
  readonly businessPhone: number | undefined;
  readonly email: number | undefined;
}

/** Where people are asked for it first. */
export const ADDRESSES = {
  private: ["homeAddress", "businessAddress", "otherAddress"],
  commercial: ["businessAddress", "homeAddress", "otherAddress"],
} as const satisfies Record<Contact["type"], readonly AddressSlot[]>;
export const FAXES = {
  private: ["home", "business", "primary"],
  commercial: ["business", "home", "primary"],
} as const satisfies Record<Contact["type"], readonly FaxSlot[]>;

/** Those that say what is believed, or are like it; where nothing is, the first that say anything. */
export function slotsOf(
  item: StoredContact,
  type: Contact["type"],
  believed: Fields = {},
): Slots {
  const phones = tidied(item.homePhones);
  const business = tidied(item.businessPhones);
  const emails = addressesOf(item);
  return {
    address: addressSlot(item, type, believed),
    fax: among(
      FAXES[type],
      (slot) => tidy(valueOf(item, FAX[slot])),
      believed["fax"],
    ),
    homePhone: indexIn(phones, believed["phonePrivate"]),
    businessPhone: indexIn(business, believed["phoneBusiness"]),
    email: indexIn(emails, believed["email"]),
  };
}

/** Fields of which the contact says several things, none of them like the believed one. */
export function unclearFields(
  item: StoredContact,
  { type, fields }: Contact,
): readonly ContactField[] {
  const known: Fields = fields;
  const slots = slotsOf(item, type, known);
  const held: readonly (readonly [unknown, readonly ContactField[]])[] = [
    [slots.address, ADDRESS_FIELDS],
    [slots.fax, ["fax"]],
    [slots.homePhone, ["phonePrivate"]],
    [slots.businessPhone, ["phoneBusiness"]],
    [slots.email, ["email"]],
  ];
  return held.flatMap(([slot, names]) =>
    slot === undefined ? names.filter((name) => known[name]) : [],
  );
}

function among<S>(
  slots: readonly S[],
  textAt: (slot: S) => string,
  known: string | undefined,
): S | undefined {
  const filled = slots.filter((slot) => textAt(slot) !== "");
  if (!known || filled.length < 2) return filled[0] ?? slots[0];
  return oneLike(known, filled, textAt);
}

const indexIn = (
  values: readonly string[],
  known: string | undefined,
): number | undefined =>
  among(
    values.length === 0 ? [0] : [...values.keys()],
    (index) => values[index] ?? "",
    known,
  );

/** At home for people, at work for companies: one that stands elsewhere is the record's by what it says only. */
function addressSlot(
  item: StoredContact,
  type: Contact["type"],
  known: Fields,
): AddressSlot | undefined {
  const [usual, ...others] = ADDRESSES[type];
  const filled = [usual, ...others].filter(
    (slot) => !isEmpty(addressFields(item[slot])),
  );
  if (isEmpty(known) || filled.length === 0) return filled[0] ?? usual;
  const by = (how: ReturnType<typeof agreement>) =>
    filled.filter(
      (slot) => agreement(addressFields(item[slot]), known) === how,
    );
  const [exact] = by("all");
  if (exact !== undefined) return exact;
  const [like, ...more] = by("most");
  if (like !== undefined) return more.length === 0 ? like : undefined;
  return filled.includes(usual) ? usual : undefined;
}

export const addressFields = (
  address: PhysicalAddress | null | undefined,
): Fields => ({
  street: tidy(address?.street ?? ""),
  postalCode: tidy(address?.postalCode ?? ""),
  city: tidy(address?.city ?? ""),
  country: tidy(address?.countryOrRegion ?? ""),
});

export const tidied = (
  values: readonly (string | null)[] | null | undefined,
): readonly string[] => (values ?? []).map((one) => tidy(one ?? ""));

export const addressesOf = ({ emailAddresses }: StoredContact) =>
  tidied(emailAddresses?.map(({ address }) => address ?? null));
