import {
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
} from "./canonical.js";
import type { Contact, ContactField, Fields } from "./canonical.js";
import { parsePlainDate } from "./dates.js";
import { parseGender } from "./gender.js";
import type { SyncOptions } from "./options.js";
import type { Checked } from "./problem.js";
import type { ContactRecord } from "./record.js";
import { cleanText, fail } from "./text.js";
import type { Cleaned } from "./text.js";

/**
 * The canonical form of a customer, company or agent, or why it has none. Without R30 the birth date is neither
 * carried nor checked.
 */
export function canonicalContact(
  record: ContactRecord,
  options: SyncOptions,
): Checked<Contact> {
  // R56: companies and agents use the commercial list, whatever their row says.
  const type = record.kind === "customer" ? record.type : "commercial";
  const names: readonly ContactField[] =
    type === "private" ? PRIVATE_CONTACT_FIELDS : COMMERCIAL_CONTACT_FIELDS;
  const fields: { [name in ContactField]?: string } = {};
  for (const name of names) {
    if (name === "birthDate" && options.contacts?.birthday !== true) continue;
    const checked = checkField(name, record.values[name]);
    if (!checked.ok) return checked;
    if (checked.value !== undefined) fields[name] = checked.value;
  }
  const nameless = missingName(type, fields);
  if (nameless !== undefined) return fail("no-name", nameless);
  return { ok: true, canonical: { type, fields } };
}

function checkField(
  name: ContactField,
  raw: string | null | undefined,
): Cleaned {
  if (name === "gender") return genderOf(raw);
  const cleaned = cleanText(name, raw);
  if (!cleaned.ok || cleaned.value === undefined) return cleaned;
  if (name !== "birthDate") return cleaned;
  const value = parsePlainDate(cleaned.value);
  return value === undefined
    ? fail("impossible-date", name)
    : { ok: true, value };
}

/** Brokerages write "unbekannt", "keine Angabe" or "Firma" there: none of it says a gender, none is worth a customer. */
function genderOf(raw: string | null | undefined): Cleaned {
  const value = parseGender(raw ?? "");
  return value === undefined ? { ok: true } : { ok: true, value };
}

/** An entry that no phone could show under any letter. */
function missingName(
  type: Contact["type"],
  fields: Fields<ContactField>,
): ContactField | undefined {
  if (type === "commercial")
    return fields.name === undefined ? "name" : undefined;
  return fields.firstName === undefined && fields.lastName === undefined
    ? "lastName"
    : undefined;
}
