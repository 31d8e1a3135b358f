import { isoSeconds } from "../clock.js";
import type { Container } from "../mailbox/container.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import { checkBody, isObject, plain, type Json } from "../odata/edm.js";
import { extendedFrom, MULTI, SINGLE } from "../odata/extended-properties.js";
import { contactType } from "../odata/types.js";
import { itemJson, type Scope } from "./entity.js";

const ADDRESSES = ["homeAddress", "businessAddress", "otherAddress"] as const;
const NAMES = ["title", "givenName", "middleName", "surname", "generation"];

/** An absent address is answered as `{}`, an absent collection as `[]`. */
const EMPTY: Json = Object.fromEntries(
  Object.entries(contactType.properties).flatMap(([name, property]) => {
    if (property.readOnly) return [];
    const { kind } = property.edm;
    return [
      [name, kind === "Collection" ? [] : kind === "Complex" ? {} : null],
    ];
  }),
);

const named = (values: Json): string =>
  NAMES.slice(1)
    .flatMap((name) => values[name] ?? [])
    .join(" ");

/** Outlook makes a display name out of the name's parts unless the same request sends one (facts/graph.md). */
function displayed(sent: Json, values: Json): unknown {
  if (typeof sent["displayName"] === "string") return sent["displayName"];
  const touched = NAMES.some((name) => Object.hasOwn(sent, name));
  const made = named(values);
  if (!touched && sent["displayName"] === undefined)
    return values["displayName"];
  return made === "" ? (values["companyName"] ?? null) : made;
}

function filedAs(sent: Json, values: Json): unknown {
  if (typeof sent["fileAs"] === "string") return sent["fileAs"];
  const { surname, givenName } = values;
  const made = [surname, givenName].filter(Boolean).join(", ");
  return made === "" ? (values["companyName"] ?? "") : made;
}

/** Values as they are held after a body was laid over them. */
function laidOver(before: Json, body: Json): Json {
  checkBody(contactType, body, [SINGLE, MULTI]);
  const {
    [SINGLE]: _single,
    [MULTI]: _multi,
    ...sent
  } = plain(body) as Record<string, unknown>;
  const values: Record<string, unknown> = { ...before, ...sent };
  for (const name of ADDRESSES) {
    const address = sent[name];
    // PATCH keeps what is omitted, within an address too.
    if (isObject(address)) values[name] = merged(before[name], address);
    if (address === null) values[name] = {};
  }
  if (typeof sent["birthday"] === "string")
    values["birthday"] = isoSeconds(Date.parse(sent["birthday"]));
  if (Array.isArray(sent["emailAddresses"]))
    values["emailAddresses"] = sent["emailAddresses"].flatMap((one) =>
      isObject(one)
        ? [{ name: one["name"] ?? one["address"], address: one["address"] }]
        : [],
    );
  values["displayName"] = displayed(sent, values);
  values["fileAs"] = filedAs(sent, values);
  return values;
}

const merged = (before: unknown, address: Json): Json =>
  Object.fromEntries(
    Object.entries({
      ...(isObject(before) ? before : {}),
      ...plain(address),
    }).filter(([, value]) => value !== null && value !== ""),
  );

export const addContact = (
  mailbox: Mailbox,
  folder: Container,
  body: Json,
): Item =>
  mailbox.add(folder, laidOver(EMPTY, body), extendedFrom(body, new Map()));

export const changeContact = (mailbox: Mailbox, item: Item, body: Json): void =>
  mailbox.change(
    item,
    laidOver(item.values, body),
    extendedFrom(body, item.extended),
  );

export const contactJson = (item: Item, scope: Scope): Json => ({
  ...itemJson(item, scope),
  ...item.values,
  parentFolderId: item.container.id,
});
