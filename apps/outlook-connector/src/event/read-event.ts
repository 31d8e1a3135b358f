import { tidy, tidyLines } from "@ams-sync/sync-core";
import type { Appointment, Obstacle, TimeZone } from "@ams-sync/sync-core";
import type { StoredEvent } from "./stored-event.js";
import { existingTimes, readTimes } from "./times.js";

export interface EventReading {
  readonly canonical: Appointment;
  readonly obstacle?: Obstacle;
}

/** An event as ams knows it. */
export function readEvent(event: StoredEvent, zone: TimeZone): EventReading {
  if (event.type !== undefined && event.type !== "singleInstance")
    return obstructed("recurring");
  const times = readTimes(event, zone);
  if (typeof times === "string") return obstructed(times);
  const reason = tidy(event.subject ?? "");
  const remark = tidyLines(event.body?.content ?? "");
  return {
    canonical: {
      type: "appointment",
      fields: {
        ...times,
        ...(reason !== "" && { reason }),
        ...(remark !== "" && { remark }),
      },
    },
  };
}

const obstructed = (obstacle: Obstacle): EventReading => ({
  canonical: { type: "appointment", fields: {} },
  obstacle,
});

/** MS-OXPROPS: PidTagSubject is cut there. */
const SUBJECT = 255;

/** What Outlook can hold of an appointment. */
export function normalizeEvent(
  { type, fields }: Appointment,
  zone: TimeZone,
): Appointment {
  const { reason } = fields;
  return {
    type,
    fields: {
      ...existingTimes(fields, zone),
      ...(reason !== undefined && { reason: cut(reason) }),
    },
  };
}

/** Not in the middle of a character. */
const cut = (text: string): string =>
  text.length <= SUBJECT
    ? text
    : text
        .slice(0, SUBJECT)
        .replace(/[\uD800-\uDBFF]$/, "")
        .trimEnd();
