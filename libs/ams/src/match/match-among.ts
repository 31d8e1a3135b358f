import {
  CONTACT_FIELDS,
  match,
  matchTraits,
  parsePlainDate,
  scope,
  tidyField,
} from "@ams-sync/sync-core";
import type {
  Candidate,
  Contact,
  ContactField,
  ContactRecord,
  Match,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import { toE164 } from "./e164.js";

/**
 * R46: which of these customers each contact may be. One that the user does not see (R13) does not exist for it. One
 * that is only held back until it is edited (R34) does. One whom the account leaves to another agent (R31) is there as
 * well: as it must be neither linked nor made a second time, it is a question.
 */
export function matchAmong(
  contacts: readonly Contact[],
  records: Iterable<ContactRecord>,
  user: UserView,
  options: SyncOptions,
): readonly Match[] {
  const own: Candidate[] = [];
  const others: Candidate[] = [];
  for (const record of records) {
    if (record.kind !== "customer") continue;
    const place = scope(record, user, options, record.lastChanged);
    if (place.in || place.gate) own.push(candidate(record));
    else if (place.reason === "other-agent") others.push(candidate(record));
  }
  return contacts.map((contact) => {
    const traits = matchTraits(contact, toE164);
    const found = match(traits, own);
    if (found.verdict !== "none") return found;
    const elsewhere = match(traits, others);
    return elsewhere.verdict === "one"
      ? { verdict: "several", candidates: [elsewhere.id] }
      : elsewhere;
  });
}

const candidate = (record: ContactRecord): Candidate => ({
  id: record.id,
  traits: matchTraits(looseContact(record), toE164),
});

/** A customer with a broken field cannot be carried, but it is there: nobody is to make it once more. */
function looseContact({ type, values }: ContactRecord): Contact {
  const fields: { [name in ContactField]?: string } = {};
  for (const name of CONTACT_FIELDS) {
    const text = tidyField(name, values[name] ?? "");
    const kept = name === "birthDate" ? parsePlainDate(text) : text;
    if (kept !== undefined && kept !== "") fields[name] = kept;
  }
  return { type, fields };
}
