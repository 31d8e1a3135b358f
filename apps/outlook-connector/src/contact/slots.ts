import { ADDRESS_FIELDS, tidy } from "@ams-sync/sync-core";
import type { Contact, Fields } from "@ams-sync/sync-core";
import type {
  Contact as OutlookContact,
  PhysicalAddress,
} from "@microsoft/microsoft-graph-types";
import { type Extended, FAX, valueOf } from "../item/extended.js";

export type StoredContact = OutlookContact & Extended;

export type AddressSlot = "homeAddress" | "businessAddress" | "otherAddress";
export type FaxSlot = keyof typeof FAX;

/** Which of several places of a contact hold what ams knows one of. */
export interface Slots {
  readonly address: AddressSlot;
  readonly fax: FaxSlot;
  readonly homePhone: number;
  readonly businessPhone: number;
  readonly email: number;
}

/** Where people are asked for it first. */
const ADDRESSES = {
  private: ["homeAddress", "businessAddress", "otherAddress"],
  commercial: ["businessAddress", "homeAddress", "otherAddress"],
} as const satisfies Record<Contact["type"], readonly AddressSlot[]>;
const FAXES = {
  private: ["home", "business", "primary"],
  commercial: ["business", "home", "primary"],
} as const satisfies Record<Contact["type"], readonly FaxSlot[]>;

/** Those that hold what is believed; else the first that hold anything; else the first. */
export function slotsOf(
  item: StoredContact,
  type: Contact["type"],
  believed: Fields = {},
): Slots {
  const pick = <S>(
    slots: readonly S[],
    valueAt: (slot: S) => string,
    wanted: string | undefined,
  ): S =>
    slots.find((slot) => wanted && valueAt(slot) === wanted) ??
    slots.find((slot) => valueAt(slot) !== "") ??
    slots[0]!;
  const among = (values: readonly string[], wanted: string | undefined) =>
    pick(
      values.length === 0 ? [0] : [...values.keys()],
      (index) => values[index] ?? "",
      wanted,
    );
  return {
    address: pick(
      ADDRESSES[type],
      (slot) => addressKey(addressFields(item[slot])),
      addressKey(believed),
    ),
    fax: pick(
      FAXES[type],
      (slot) => tidy(valueOf(item, FAX[slot])),
      believed["fax"],
    ),
    homePhone: among(tidied(item.homePhones), believed["phonePrivate"]),
    businessPhone: among(
      tidied(item.businessPhones),
      believed["phoneBusiness"],
    ),
    email: among(addressesOf(item), believed["email"]),
  };
}

export const addressFields = (
  address: PhysicalAddress | null | undefined,
): Fields => ({
  street: tidy(address?.street ?? ""),
  postalCode: tidy(address?.postalCode ?? ""),
  city: tidy(address?.city ?? ""),
  country: tidy(address?.countryOrRegion ?? ""),
});

/** "" where it has none. */
const addressKey = (fields: Fields): string => {
  const parts = ADDRESS_FIELDS.map((name) => fields[name] ?? "");
  return parts.some((part) => part !== "") ? JSON.stringify(parts) : "";
};

export const tidied = (
  values: readonly (string | null)[] | null | undefined,
): readonly string[] => (values ?? []).map((one) => tidy(one ?? ""));

export const addressesOf = ({ emailAddresses }: StoredContact) =>
  tidied(emailAddresses?.map(({ address }) => address ?? null));
