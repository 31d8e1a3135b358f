import type { Item } from "@ams-sync/connector-kit";
import { isTimeZone } from "@ams-sync/sync-core";
import type { Appointment, Canonical, TimeZone } from "@ams-sync/sync-core";
import { momentsOf, wordsOf } from "../item/about.js";
import type { Codec, Reading, Stored } from "../item/codec.js";
import { expandOf, LINKED_ENTRIES, OWN_ID, valueOf } from "../item/extended.js";
import { normalizeEvent, readEvent } from "./read-event.js";
import type { StoredEvent } from "./stored-event.js";
import { eventUpdate, newEvent } from "./write-event.js";
import { windowsZoneOf } from "./zones.js";

export const eventCodec = (zone: TimeZone): Codec => ({
  items: (calendarId) => `/calendars/${encodeURIComponent(calendarId)}/events`,
  query: `$expand=${expandOf([OWN_ID, LINKED_ENTRIES])}`,
  prefer: [
    `outlook.timezone="${windowsZoneOf(zone)}"`,
    'outlook.body-content-type="text"',
  ],
  timeZone: zone,
  read: (stored, _believed, as) =>
    reading(stored, as !== undefined && isTimeZone(as) ? as : zone),
  create: (uid, canonical, attempt) =>
    newEvent(
      uid,
      appointmentOf(canonical),
      zone,
      // What was deleted has used its transaction up.
      attempt === 0 ? uid : `${uid}/${attempt}`,
    ),
  update: (stored, next) => eventUpdate(stored, appointmentOf(next), zone),
  normalize: (canonical) => normalizeEvent(appointmentOf(canonical), zone),
});

function reading(stored: Stored & StoredEvent, zone: TimeZone): Reading {
  const uid = valueOf(stored, OWN_ID).toLowerCase();
  const { sensitivity, isCancelled } = stored;
  return {
    ...readEvent(stored, zone),
    ...(uid !== "" && { uid }),
    ...wordsOf(stored),
    ...momentsOf(stored),
    ...((sensitivity === "private" || sensitivity === "confidential") && {
      confidential: true,
    }),
    ...(isCancelled && { cancelled: true as const }),
    ...invitedTo(stored),
  };
}

/** Without the organizer, whom Exchange lists too. */
function invitedTo({
  attendees,
  organizer,
}: StoredEvent): Pick<Item, "attendees" | "declined"> {
  const host = addressOf(organizer?.emailAddress?.address);
  const all = (attendees ?? []).flatMap((one) => {
    const address = addressOf(one.emailAddress?.address);
    return address === "" || address === host
      ? []
      : [{ address, declined: one.status?.response === "declined" }];
  });
  const declined = all.filter((one) => one.declined);
  return {
    ...(all.length > 0 && { attendees: all.map(({ address }) => address) }),
    ...(declined.length > 0 && {
      declined: declined.map(({ address }) => address),
    }),
  };
}

const addressOf = (text: string | null | undefined): string =>
  (text ?? "").trim().toLowerCase();

function appointmentOf(canonical: Canonical): Appointment {
  if (canonical.type === "appointment") return canonical;
  throw new TypeError("A contact is no appointment.");
}
