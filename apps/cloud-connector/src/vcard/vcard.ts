import {
  ADDRESS_FIELDS,
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
  tidy,
} from "@ams-sync/sync-core";
import type {
  Contact,
  ContactField,
  Fields,
  Instant,
  Obstacle,
  TimeZone,
} from "@ams-sync/sync-core";
import {
  categoriesOf,
  componentText,
  firstLine,
  makeLine,
  parseComponent,
  replaceNode,
  stamp,
  stampedAt,
  uidOf,
  withValue,
} from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";
import { address } from "./address.js";
import { birthDate } from "./birth-date.js";
import type { Card, Changes, FieldMapping } from "./card.js";
import { gender } from "./gender.js";
import { name, typeOf } from "./name.js";
import { obstacleIn } from "./obstacle.js";
import {
  email,
  fax,
  mobile,
  phoneBusiness,
  phonePrivate,
  profession,
  webPage,
} from "./reachability.js";

/** Every mapped field, in the order in which a new card gets them. */
const MAPPINGS: readonly FieldMapping[] = [
  name,
  profession,
  gender,
  birthDate,
  address,
  phonePrivate,
  phoneBusiness,
  fax,
  mobile,
  email,
  webPage,
];

const NAMES = MAPPINGS.flatMap(({ fields }) => fields);

/** Our own id on the item, beside UID: servers and phones that give a copy another UID keep this. */
const OWN_ID = "X-AMS-ID";

interface Named {
  /** Our own id, or the card's UID without `urn:uuid:`; a UUID in lower case. */
  readonly uid?: string;
}

export type CardReading =
  | (Named & {
      readonly kind: "card";
      readonly contact: Contact;
      readonly categories: readonly string[];
      readonly changedAt?: Instant;
      /** Fields of which it says several things, none of them the believed one: that stands for them. */
      readonly unclear?: readonly ContactField[];
    })
  | (Named & { readonly kind: "unmapped"; readonly obstacle: Obstacle });

/**
 * A whole new card. Version 3.0: of the two, the one that every server and phone takes and none has been seen to turn
 * into the other.
 * @param now epoch milliseconds
 */
export function newCard(uid: string, contact: Contact, now: number): string {
  const lines = [
    makeLine("VERSION", "3.0"),
    makeLine("PRODID", "-//ams-sync//ams-sync//DE"),
    makeLine("UID", uid),
    makeLine(OWN_ID, uid),
    makeLine("REV", stamp(now)),
    // RFC 2426 3.1.2 wants it in every card; empty it says that this is no person.
    makeLine("N", ";;;;"),
  ];
  const component = { kind: "component", name: "VCARD", nodes: lines } as const;
  const card = cardOf(component, contact.type, {});
  const wanted = normalizeContact(contact).fields;
  return componentText(write(card, toChanges(Object.entries(wanted))));
}

/**
 * What a card says.
 * @param believed the record's type, which says what in the card is ours however people marked it, and what its fields
 *   are believed to hold (the link's base), which tells ours among several numbers
 */
export function readCard(
  text: string,
  believed?: Contact,
  { timeZone, isOurs }: ReadContext = {},
): CardReading {
  const component = parseComponent(text);
  if (component === undefined)
    return { kind: "unmapped", obstacle: "unreadable" };
  const obstacle = obstacleIn(component);
  const uid = uidOf(component, OWN_ID, isOurs);
  const named = uid === undefined ? {} : { uid };
  if (obstacle !== undefined) return { kind: "unmapped", ...named, obstacle };
  const changedAt = stampedAt(firstLine(component, "REV")?.value);
  const card = cardOf(
    component,
    believed === undefined ? typeOf(component) : heldAs(believed),
    believed?.fields ?? {},
    timeZone,
  );
  const unclear = MAPPINGS.flatMap((mapping) => mapping.unclear?.(card) ?? []);
  return {
    kind: "card",
    ...named,
    contact: read(card),
    categories: categoriesOf(component),
    ...(changedAt !== undefined && { changedAt }),
    ...(unclear.length > 0 && { unclear }),
  };
}

/** What a card does not say of itself. */
export interface ReadContext {
  /** The tenant's: clients that know only moments write a birthday as its midnight. */
  readonly timeZone?: TimeZone;
  /** Whether an id is of one of the tenant's records; missing: every own id is. */
  readonly isOurs?: (uid: string) => boolean;
}

export interface UpdateContext extends Pick<ReadContext, "timeZone"> {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The form that the card was read as: what of it is ours. */
  readonly current?: Contact;
}

/**
 * The card with its mapped fields as in `contact` and all else as it was; the very text where nothing differs. Its
 * version stays.
 */
export function updateCard(
  text: string,
  contact: Contact,
  { now, current, timeZone }: UpdateContext,
): string {
  const component = parseComponent(text);
  if (component === undefined || obstacleIn(component) !== undefined)
    return text;
  const wanted = normalizeContact(contact).fields;
  const asRead = cardOf(
    component,
    current?.type ?? typeOf(component),
    current?.fields ?? {},
    timeZone,
  );
  const seen = read(asRead).fields;
  // A customer that turned from private to commercial: its address moves to another place.
  const moves = (field: ContactField) =>
    asRead.type !== contact.type &&
    (ADDRESS_FIELDS as readonly string[]).includes(field);
  const cleared = NAMES.filter(
    (field) =>
      seen[field] !== undefined &&
      (tidy(contact.fields[field] ?? "") === "" || moves(field)),
  );
  const emptied = write(asRead, toChanges(cleared.map((f) => [f, undefined])));
  const asWanted = {
    ...{ ...asRead, type: contact.type, component: emptied },
    known: without(asRead.known, cleared),
  };
  const there = read(asWanted).fields;
  const set = NAMES.filter(
    (field) => wanted[field] !== undefined && wanted[field] !== there[field],
  );
  if (cleared.length + set.length === 0) return text;
  const filled = write(
    asWanted,
    toChanges(set.map((field) => [field, wanted[field]])),
  );
  return componentText(revised(filled, now));
}

const without = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => !names.includes(name)),
  );

/** The record's type, or the other one where only that one's names were agreed on: the record has turned since. */
function heldAs({ type, fields }: Contact): Contact["type"] {
  const company = fields.name !== undefined;
  const person = (fields.firstName ?? fields.lastName) !== undefined;
  if (company === person) return type;
  return company ? "commercial" : "private";
}

/** What a card can hold: the fields of the contact's type, tidied as servers and phones do on their own. */
export function normalizeContact(contact: Contact): Contact {
  const names: readonly ContactField[] =
    contact.type === "private"
      ? PRIVATE_CONTACT_FIELDS
      : COMMERCIAL_CONTACT_FIELDS;
  const fields: { [field in ContactField]?: string } = {};
  for (const field of names) {
    const value = tidy(contact.fields[field] ?? "");
    if (value !== "") fields[field] = value;
  }
  return { type: contact.type, fields };
}

function cardOf(
  component: Component,
  type: Card["type"],
  known: Fields,
  timeZone?: TimeZone,
): Card {
  const version =
    firstLine(component, "VERSION")?.value.trim() === "4.0" ? "4.0" : "3.0";
  return { version, type, component, known, ...(timeZone && { timeZone }) };
}

function read(card: Card): Contact {
  const fields: Fields = Object.assign(
    {},
    ...MAPPINGS.map((mapping) => mapping.read(card)),
  );
  return normalizeContact({ type: card.type, fields });
}

function write(card: Card, changes: Changes): Component {
  return MAPPINGS.filter(({ fields }) =>
    fields.some((field) => changes.has(field)),
  ).reduce(
    (component, mapping) => mapping.write({ ...card, component }, changes),
    card.component,
  );
}

const toChanges = (
  entries: readonly (readonly [string, string | undefined])[],
): Changes => new Map(entries as readonly [ContactField, string | undefined][]);

/** RFC 6350 6.7.4; a card without one stays without. */
function revised(component: Component, now: number): Component {
  const line = firstLine(component, "REV");
  return line === undefined
    ? component
    : replaceNode(component, line, withValue(line, stamp(now), ["VALUE"]));
}
