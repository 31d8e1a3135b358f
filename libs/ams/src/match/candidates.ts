import { matchTraits, sameByBirth } from "@ams-sync/sync-core";
import type {
  Contact,
  ContactRecord,
  Match,
  MatchTraits,
  PlainDate,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { loadRecords } from "../reads/records.js";
import { toE164 } from "./e164.js";
import { matchAmong } from "./match-among.js";
import { NAME_KEYS, nameKeysOf } from "./name-keys.js";

/** As many digits as the columns of `5-way-in` keep. */
const DIGITS = 6;

/**
 * Which customers the contacts may be: who shares a key in the database, then exactly in code. One query for the keys
 * of all contacts, two for the rows that have one.
 * @param manager inside `withTenant`
 */
export async function matchContacts(
  manager: EntityManager,
  user: UserView,
  options: SyncOptions,
  contacts: readonly Contact[],
): Promise<readonly Match[]> {
  const nobody = () => contacts.map((): Match => ({ verdict: "none" }));
  if (options.contacts?.customers !== true) return nobody();
  const ids = await whoSharesAKey(manager, contacts);
  if (ids.length === 0) return nobody();
  const records = await loadRecords(
    manager,
    ids.map((id) => ({ kind: "customer", id })),
  );
  const customers = [...records.values()] as ContactRecord[];
  return matchAmong(contacts, customers, user, options);
}

const COLUMNS = "customer_id, kind, first_name, last_name, birth_date_key";

/** An index for each of the name's keys, whatever the planner thinks of a date that many share. */
const namesakes = Array.from(
  { length: NAME_KEYS },
  (_, at) => `
  union all
  select ${COLUMNS}, false
  from ams.customer where birth_date_key = any ($2::text[]) and name_key_${at + 1} = any ($4::text[])`,
).join("");

/**
 * Exported for its plan to be looked at. `close`: not by the birth date alone, which strangers share. Of those who are
 * namesakes by their keys no more than the names are read: whether they are, the model's rule tells.
 */
export const KEYS_QUERY = `
  select ${COLUMNS}, true as close
  from ams.customer
  where email_key = any ($1::text[])
     or phone_private_key = any ($3::text[]) or phone_business_key = any ($3::text[]) or mobile_key = any ($3::text[])
  ${namesakes}
  union all
  select ${COLUMNS}, false
  from ams.customer where kind = 'private' and birth_date_key = any ($5::text[])`;

interface Row {
  readonly customer_id: string;
  readonly kind: "private" | "commercial";
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly birth_date_key: string | null;
  readonly close: boolean;
}

/** A contact, and what tells it. */
export interface Asked {
  readonly contact: Contact;
  readonly traits: MatchTraits;
}

export const askedOf = (contact: Contact): Asked => ({
  contact,
  traits: matchTraits(contact, toE164),
});

/** Addresses, days, numbers, names of those born on these days, and days of which all are read. */
export function keysOf(
  asked: readonly Asked[],
): readonly [string[], string[], string[], string[], string[]] {
  const traits = asked.map((one) => one.traits);
  const born = asked.flatMap(({ contact, traits: { birthDate, ...rest } }) =>
    birthDate === undefined
      ? []
      : [{ birthDate, names: nameKeysOf(contact, rest) }],
  );
  // PostgreSQL knows no NUL in a text.
  const once = (keys: readonly string[]) => [
    ...new Set(keys.map((key) => key.replaceAll("\0", ""))),
  ];
  return [
    once(traits.flatMap(({ emails }) => emails)),
    once(born.flatMap(({ birthDate, names }) => (names ? birthDate : []))),
    once(traits.flatMap(({ phones }) => phones.map(lastDigits))),
    once(born.flatMap(({ names }) => names ?? [])),
    once(born.flatMap(({ birthDate, names }) => (names ? [] : birthDate))),
  ];
}

const lastDigits = (number: string): string =>
  number.replace(/\D/g, "").slice(-DIGITS);

async function whoSharesAKey(
  manager: EntityManager,
  contacts: readonly Contact[],
): Promise<readonly string[]> {
  const asked = contacts.map(askedOf);
  const keys = keysOf(asked);
  if (keys.every((some) => some.length === 0)) return [];
  const rows = await manager.query<Row[]>(KEYS_QUERY, [...keys]);
  const born = new Map<string, MatchTraits[]>();
  for (const { traits } of asked) {
    const { birthDate = "" } = traits;
    born.set(birthDate, [...(born.get(birthDate) ?? []), traits]);
  }
  const likely = rows.filter((row) => row.close || isBorn(row, born));
  return [...new Set(likely.map(idOf))];
}

/** Old systems have one date for all whose birth date nobody knows: such rows are not loaded for their date alone. */
function isBorn(
  row: Row,
  born: ReadonlyMap<string, readonly MatchTraits[]>,
): boolean {
  if (row.kind !== "private" || row.birth_date_key === null) return false;
  const there = matchTraits({ type: row.kind, fields: rowFields(row) }, toE164);
  const thatDay = born.get(row.birth_date_key) ?? [];
  return thatDay.some((traits) => sameByBirth(traits, there));
}

const rowFields = (row: Row): Contact["fields"] => ({
  ...(row.first_name !== null && { firstName: row.first_name }),
  ...(row.last_name !== null && { lastName: row.last_name }),
  ...(row.birth_date_key !== null && {
    birthDate: row.birth_date_key as PlainDate,
  }),
});

const idOf = (row: Row): string => row.customer_id;
