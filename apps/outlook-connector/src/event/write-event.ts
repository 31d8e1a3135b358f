import type { Appointment, Fields, TimeZone } from "@ams-sync/sync-core";
import type { Event, NullableOption } from "@microsoft/microsoft-graph-types";
import { type Extended, OWN_ID } from "../item/extended.js";
import { normalizeEvent, readEvent } from "./read-event.js";
import type { StoredEvent } from "./stored-event.js";
import { writeTimes } from "./times.js";

/** What is written of an event: never those invited, never an organizer (R22). */
type Written = "subject" | "body" | "start" | "end" | "isAllDay";
type Write = { -readonly [name in Written]?: NullableOption<Event[name]> };

/** A new event of this identity. `transactionId` makes Exchange answer a repeated request with the first event. */
export const newEvent = (
  uid: string,
  appointment: Appointment,
  zone: TimeZone,
  transactionId: string,
): Write & Extended & Pick<Event, "transactionId"> => ({
  ...changesOf(normalizeEvent(appointment, zone).fields, {}, zone),
  transactionId,
  singleValueExtendedProperties: [{ id: OWN_ID, value: uid }],
});

/** What makes the stored event say this; undefined where it does already. */
export function eventUpdate(
  event: StoredEvent,
  appointment: Appointment,
  zone: TimeZone,
): Write | undefined {
  const there = readEvent(event, zone).canonical.fields;
  const next = normalizeEvent(appointment, zone).fields;
  const body = changesOf(next, there, zone);
  return Object.keys(body).length === 0 ? undefined : body;
}

/** A text that did not change is not sent: its form, which ams does not know, stays. */
function changesOf(next: Fields, there: Fields, zone: TimeZone): Write {
  const changed = (...names: readonly string[]): boolean =>
    names.some((name) => (next[name] ?? "") !== (there[name] ?? ""));
  return {
    ...(changed("reason") && { subject: next["reason"] ?? "" }),
    ...(changed("remark") && {
      body: { contentType: "text" as const, content: next["remark"] ?? "" },
    }),
    ...(changed("date", "from", "to") && writeTimes(next, zone)),
  };
}
