import type { Item } from "@ams-sync/connector-kit";
import type {
  Appointment,
  Canonical,
  Contact,
  StreamKind,
  TimeZone,
} from "@ams-sync/sync-core";
import {
  newEvent,
  normalizeAppointment,
  readEvent,
  updateEvent,
} from "./ical/index.js";
import { withoutServersOwn } from "./server-made.js";
import {
  newCard,
  normalizeContact,
  readCard,
  updateCard,
} from "./vcard/index.js";

/** What an item says, but for its place and version. */
export type Reading = Omit<Item, "id" | "version" | "raw">;

/** Between the canonical form and the text of one kind of item. */
export interface Codec {
  /**
   * @param believed type and fields of the record, as both sides last agreed: says what of the item is ours
   * @param zone the one to read times in; missing: the context's
   */
  read(text: string, believed?: Canonical, zone?: TimeZone): Reading;
  create(uid: string, canonical: Canonical): string;
  /** `text` with the mapped fields changed; the very text where none differs. `current`: what it was read as. */
  update(text: string, canonical: Canonical, current: Canonical): string;
  normalize(canonical: Canonical): Canonical;
}

export interface CodecContext {
  readonly timeZone: TimeZone;
  /** Epoch ms. */
  readonly now: () => number;
  /** Whether an own id on an item is of one of the tenant's records; missing: every one is. */
  readonly isOurs?: (uid: string) => boolean;
}

export const codecOf = (stream: StreamKind, context: CodecContext): Codec =>
  stream === "contacts" ? contactCodec(context) : appointmentCodec(context);

const contactCodec = ({ timeZone, now, isOurs }: CodecContext): Codec => ({
  read(text, believed) {
    const card = readCard(text, believed && contact(believed), {
      timeZone,
      ...(isOurs && { isOurs }),
    });
    const uid = card.uid === undefined ? {} : { uid: card.uid };
    if (card.kind === "unmapped")
      return {
        ...uid,
        canonical: { type: "private", fields: {} },
        obstacle: card.obstacle,
      };
    const { categories, changedAt, unclear } = card;
    return {
      ...uid,
      canonical: withoutServersOwn(card.contact, believed),
      categories,
      ...(changedAt !== undefined && { changedAt }),
      ...(unclear && { unclear }),
    };
  },
  create: (uid, canonical) => newCard(uid, contact(canonical), now()),
  update: (text, canonical, current) =>
    updateCard(text, contact(canonical), {
      ...{ timeZone, now: now() },
      current: contact(current),
    }),
  normalize: (canonical) => normalizeContact(contact(canonical)),
});

const appointmentCodec = ({ timeZone, now, isOurs }: CodecContext): Codec => ({
  read(text, believed, zone = timeZone) {
    const event = readEvent(text, zone, isOurs);
    const uid = event.uid === undefined ? {} : { uid: event.uid };
    return event.kind === "unmapped"
      ? {
          ...uid,
          canonical: { type: "appointment", fields: {} },
          obstacle: event.obstacle,
        }
      : {
          ...uid,
          canonical: withoutServersOwn(
            normalizeAppointment(event.appointment),
            believed,
          ),
          ...event.about,
        };
  },
  create: (uid, canonical) =>
    newEvent(uid, appointment(canonical), { timeZone, now: now() }),
  update: (text, canonical) =>
    updateEvent(text, appointment(canonical), { timeZone, now: now() }),
  normalize: (canonical) => normalizeAppointment(appointment(canonical)),
});

function contact(canonical: Canonical): Contact {
  if (canonical.type !== "appointment") return canonical;
  throw new Error("An appointment does not go into an address book.");
}

function appointment(canonical: Canonical): Appointment {
  if (canonical.type === "appointment") return canonical;
  throw new Error("A contact does not go into a calendar.");
}
