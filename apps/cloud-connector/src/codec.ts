import { ConnectorError } from "@ams-sync/connector-kit";
import type {
  Appointment,
  Canonical,
  Contact,
  StreamKind,
  TimeZone,
} from "@ams-sync/sync-core";
import {
  type EventObstacle,
  newEvent,
  normalizeAppointment,
  readEvent,
  updateEvent,
} from "./ical/index.js";
import {
  newCard,
  normalizeContact,
  readCard,
  updateCard,
} from "./vcard/index.js";

/** Between the canonical form and the text of one kind of item. */
export interface Codec {
  /**
   * @param believed type and fields of the record, as both sides last agreed: says what of the item is ours
   * @throws ConnectorError `rejected` for a text that holds nothing ams could hold
   */
  read(
    text: string,
    believed?: Canonical,
  ): { readonly uid?: string; readonly canonical: Canonical };
  create(uid: string, canonical: Canonical): string;
  /** `text` with the mapped fields changed; the very text where none differs. `current`: what it was read as. */
  update(text: string, canonical: Canonical, current: Canonical): string;
  normalize(canonical: Canonical): Canonical;
}

export interface CodecContext {
  readonly timeZone: TimeZone;
  /** Epoch ms. */
  readonly now: () => number;
}

export const codecOf = (stream: StreamKind, context: CodecContext): Codec =>
  stream === "contacts" ? contactCodec(context) : appointmentCodec(context);

const contactCodec = ({ now }: CodecContext): Codec => ({
  read(text, believed) {
    const card = readCard(text, believed && contact(believed));
    if (card === undefined)
      throw unreadable(
        "The item there is no vCard; delete it, it is then made anew.",
      );
    return {
      canonical: card.contact,
      ...(card.uid !== undefined && { uid: card.uid }),
    };
  },
  create: (uid, canonical) => newCard(uid, contact(canonical), now()),
  update: (text, canonical, current) =>
    updateCard(text, contact(canonical), {
      now: now(),
      current: contact(current),
    }),
  normalize: (canonical) => normalizeContact(contact(canonical)),
});

const appointmentCodec = ({ timeZone, now }: CodecContext): Codec => ({
  read(text) {
    const event = readEvent(text, timeZone);
    if (event.kind === "unmapped") throw unreadable(OBSTACLES[event.obstacle]);
    return {
      canonical: normalizeAppointment(event.appointment),
      ...(event.uid !== undefined && { uid: event.uid }),
    };
  },
  create: (uid, canonical) =>
    newEvent(uid, appointment(canonical), { timeZone, now: now() }),
  update: (text, canonical) =>
    updateEvent(text, appointment(canonical), { timeZone, now: now() }),
  normalize: (canonical) => normalizeAppointment(appointment(canonical)),
});

const OBSTACLES: Readonly<Record<EventObstacle, string>> = {
  recurring:
    "The event there was made a series, which is left untouched; make it a single appointment again.",
  "no-event":
    "The item there is no appointment; delete it, it is then made anew.",
  unreadable:
    "The event there has a date that cannot be read; correct it there.",
  "unknown-zone":
    "The event there is in an unknown time zone; choose another one for it there.",
};

const unreadable = (message: string): ConnectorError =>
  new ConnectorError("rejected", message);

function contact(canonical: Canonical): Contact {
  if (canonical.type !== "appointment") return canonical;
  throw new Error("An appointment does not go into an address book.");
}

function appointment(canonical: Canonical): Appointment {
  if (canonical.type === "appointment") return canonical;
  throw new Error("A contact does not go into a calendar.");
}
