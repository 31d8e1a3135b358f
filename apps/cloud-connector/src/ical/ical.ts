import { APPOINTMENT_FIELDS, tidyField } from "@ams-sync/sync-core";
import type {
  Appointment,
  AppointmentField,
  Obstacle,
  TimeZone,
} from "@ams-sync/sync-core";
import {
  componentText,
  componentsOf,
  linesOf,
  makeLine,
  parseComponent,
  removeLines,
  replaceNode,
  stamp,
  uidOf,
} from "../content-lines/index.js";
import type { Component } from "../content-lines/index.js";
import { aboutEvent, isCancelled } from "./about.js";
import type { AboutEvent } from "./about.js";
import { revised } from "./stamps.js";
import { TEXTS, readTexts, writeText } from "./texts.js";
import { readTimes, writeTimes } from "./times.js";
import { isUtc, withZone } from "./zone.js";

/** Our own id on the item, beside UID: a copy that was given another UID keeps it. */
const OWN_ID = "X-AMS-ID";

export type EventReading =
  | {
      readonly kind: "event";
      readonly uid?: string;
      readonly appointment: Appointment;
      /** What it says of itself besides the five fields. */
      readonly about: AboutEvent;
      readonly component: Component;
    }
  | {
      readonly kind: "unmapped";
      readonly uid?: string;
      readonly obstacle: Obstacle;
    };

export interface EventContext {
  /** The tenant's zone. */
  readonly timeZone: TimeZone;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A whole new calendar object. Attendees and an organizer are never written: no server can send an invitation. */
export function newEvent(
  uid: string,
  appointment: Appointment,
  { timeZone, now }: EventContext,
): string {
  const { fields } = normalizeAppointment(appointment);
  let event: Component = {
    kind: "component",
    name: "VEVENT",
    nodes: [
      makeLine("UID", uid),
      makeLine(OWN_ID, uid),
      makeLine("DTSTAMP", stamp(now)),
      makeLine("CREATED", stamp(now)),
      makeLine("LAST-MODIFIED", stamp(now)),
      makeLine("SEQUENCE", "0"),
    ],
  };
  event = writeTimes(event, fields, timeZone);
  for (const [field, property] of TEXTS)
    event = writeText(event, property, fields[field]);
  const calendar: Component = {
    kind: "component",
    name: "VCALENDAR",
    nodes: [
      makeLine("VERSION", "2.0"),
      makeLine("PRODID", "-//ams-sync//ams-sync//DE"),
      makeLine("CALSCALE", "GREGORIAN"),
      event,
    ],
  };
  return componentText(zoned(calendar, event, timeZone));
}

/** What a calendar object says, with times on the tenant's wall clock. */
export function readEvent(
  text: string,
  timeZone: TimeZone,
  isOurs?: (uid: string) => boolean,
): EventReading {
  const calendar = parseComponent(text);
  if (calendar === undefined)
    return { kind: "unmapped", obstacle: "unreadable" };
  const event = componentsOf(calendar, "VEVENT")[0];
  if (calendar.name !== "VCALENDAR" || event === undefined)
    return { kind: "unmapped", obstacle: "no-item" };
  const uid = uidOf(event, OWN_ID, isOurs);
  const named = uid !== undefined ? { uid } : {};
  if (isRecurring(calendar))
    return { kind: "unmapped", ...named, obstacle: "recurring" };
  const times = readTimes(event, calendar, timeZone);
  if (typeof times === "string")
    return { kind: "unmapped", ...named, obstacle: times };
  const fields = { ...times, ...readTexts(event) };
  return {
    kind: "event",
    ...named,
    appointment: { type: "appointment", fields },
    about: aboutEvent(event),
    component: calendar,
  };
}

/**
 * The object with its five fields as in `appointment`, called off no longer, and all else as it was; the very text where
 * nothing differs, or where it is nothing that `readEvent` can map.
 */
export function updateEvent(
  text: string,
  appointment: Appointment,
  { timeZone, now }: EventContext,
): string {
  const reading = readEvent(text, timeZone);
  if (reading.kind === "unmapped") return text;
  const calendar = reading.component;
  const event = componentsOf(calendar, "VEVENT")[0];
  if (event === undefined) return text;
  const { fields } = normalizeAppointment(appointment);
  const current = reading.appointment.fields;
  const differs = (name: AppointmentField) => fields[name] !== current[name];
  const moved = differs("date") || differs("from") || differs("to");
  const reworded = TEXTS.filter(([field]) => differs(field));
  // Who writes it wants it to take place.
  const revived = isCancelled(event);
  if (!moved && reworded.length === 0 && !revived) return text;
  let next = moved ? writeTimes(event, fields, timeZone) : event;
  for (const [field, property] of reworded)
    next = writeText(next, property, fields[field]);
  if (revived) next = removeLines(next, linesOf(next, "STATUS"));
  next = revised(next, now, moved || revived);
  const replaced = replaceNode(calendar, event, next);
  return componentText(moved ? zoned(replaced, next, timeZone) : replaced);
}

/** What an event can hold: texts tidied as servers and phones do on their own, both times or none. */
export function normalizeAppointment(appointment: Appointment): Appointment {
  const fields: { [field in AppointmentField]?: string } = {};
  for (const field of APPOINTMENT_FIELDS) {
    const value = tidyField(field, appointment.fields[field] ?? "");
    if (value !== "") fields[field] = value;
  }
  if (fields.from === undefined) delete fields.to;
  else fields.to ??= fields.from;
  return { type: "appointment", fields };
}

const SERIES = ["RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"];

/** RFC 4791 4.1: several events in one object are one series and its exceptions. */
function isRecurring(calendar: Component): boolean {
  const events = componentsOf(calendar, "VEVENT");
  return (
    events.length > 1 ||
    events.some((event) => linesOf(event, ...SERIES).length > 0)
  );
}

/** RFC 5545 3.6.5: a TZID that is used must be defined in the same object. */
function zoned(
  calendar: Component,
  event: Component,
  zone: TimeZone,
): Component {
  const used = linesOf(event, "DTSTART", "DTEND").some((line) =>
    line.params.some(({ name }) => name === "TZID"),
  );
  return used && !isUtc(zone) ? withZone(calendar, zone) : calendar;
}
