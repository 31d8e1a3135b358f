import type { Canonical, Contact, TimeZone } from "@ams-sync/sync-core";
import type { Codec, Reading, Stored } from "../item/codec.js";
import { expandOf, FAX, GENDER, OWN_ID, valueOf } from "../item/extended.js";
import { momentsOf, wordsOf } from "../item/about.js";
import { normalizeContact, readContact } from "./read-contact.js";
import { type StoredContact, unclearFields } from "./slots.js";
import { contactUpdate, newContact } from "./write-contact.js";

export const contactCodec = (zone: TimeZone): Codec => ({
  items: (folderId) =>
    `/contactFolders/${encodeURIComponent(folderId)}/contacts`,
  query: `$expand=${expandOf([OWN_ID, GENDER, ...Object.values(FAX)])}`,
  prefer: [],
  read: (stored, believed) =>
    reading(stored, zone, believed && contactOf(believed)),
  create: (uid, canonical) => newContact(uid, contactOf(canonical)),
  update: (stored, next, now) =>
    contactUpdate(stored, contactOf(next), zone, contactOf(now)),
  normalize: (canonical) => normalizeContact(contactOf(canonical)),
});

function reading(
  stored: Stored & StoredContact,
  zone: TimeZone,
  believed: Contact | undefined,
): Reading {
  const uid = valueOf(stored, OWN_ID).toLowerCase();
  const canonical = readContact(stored, zone, believed);
  const unclear = believed ? unclearFields(stored, believed) : [];
  return {
    canonical,
    ...(uid !== "" && { uid }),
    ...wordsOf(stored),
    ...momentsOf(stored),
    ...(unclear.length > 0 && { unclear }),
    ...(Object.keys(canonical.fields).length === 0 && {
      obstacle: "no-item" as const,
    }),
  };
}

function contactOf(canonical: Canonical): Contact {
  if (canonical.type !== "appointment") return canonical;
  throw new TypeError("An appointment is no contact.");
}
