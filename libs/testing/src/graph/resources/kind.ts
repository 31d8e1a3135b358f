import type { Container, ContainerKind } from "../mailbox/container.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import type { Json, StructuredType } from "../odata/edm.js";
import { contactType, eventType } from "../odata/types.js";
import { addContact, changeContact, contactJson } from "./contacts.js";
import type { Scope } from "./entity.js";
import { addEvent, changeEvent, eventJson, removeEvent } from "./events.js";

/** What contacts and events do alike, each in its own way. */
export interface Kind {
  readonly kind: ContainerKind;
  readonly type: StructuredType;
  /** How Graph calls the resource where it refuses change tracking. */
  readonly tracked: string;
  /** Query options of a first delta request, beside the window. */
  readonly deltaOptions: readonly string[];
  /** Properties that no $filter may name. */
  readonly notFiltered: readonly string[];
  readonly add: (
    mailbox: Mailbox,
    container: Container,
    body: Json,
    scope: Scope,
  ) => Item;
  readonly change: (
    mailbox: Mailbox,
    item: Item,
    body: Json,
    scope: Scope,
  ) => void;
  readonly remove: (mailbox: Mailbox, item: Item) => void;
  readonly json: (item: Item, scope: Scope) => Json;
}

interface Remembered {
  readonly stamp: string;
  readonly json: Json;
}

/** Look-ups go through whole folders: an item that has not changed is not written out again. */
function remembering(json: Kind["json"]): Kind["json"] {
  const known = new WeakMap<Item, Remembered>();
  return (item, scope) => {
    const { immutableIds, timeZone, textBodies } = scope;
    const stamp = `${item.version} ${immutableIds} ${textBodies} ${timeZone}`;
    const before = known.get(item);
    if (before?.stamp === stamp) return before.json;
    const made = json(item, scope);
    known.set(item, { stamp, json: made });
    return made;
  };
}

export const contactKind: Kind = {
  kind: "contacts",
  type: contactType,
  tracked: "Contacts",
  deltaOptions: ["$select"],
  notFiltered: [],
  add: addContact,
  change: changeContact,
  remove: (mailbox, item) => mailbox.remove(item),
  json: remembering(contactJson),
};

export const eventKind: Kind = {
  kind: "events",
  type: eventType,
  tracked: "CalendarView",
  deltaOptions: [],
  // Users report that it fails (facts/graph.md).
  notFiltered: ["lastModifiedDateTime"],
  add: addEvent,
  change: changeEvent,
  remove: removeEvent,
  json: remembering(eventJson),
};
