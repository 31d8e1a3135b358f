import { createHash } from "node:crypto";
import { Refusal } from "../http/refusal.js";
import type { Container } from "../mailbox/container.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import { checkBody, isObject, plain, type Json } from "../odata/edm.js";
import { extendedFrom, MULTI, SINGLE } from "../odata/extended-properties.js";
import { eventType } from "../odata/types.js";
import { bodyJson, preview } from "./event-bodies.js";
import { timesFrom, timesJson, type Times } from "./event-times.js";
import { itemJson, type Scope } from "./entity.js";
import { checkRecurrence } from "./recurrence.js";

const TIMES = "\u0000times";

export const timesOf = (item: Item): Times => item.values[TIMES] as Times;

const OWNER = (mailbox: Mailbox) => ({
  emailAddress: { name: mailbox.address, address: mailbox.address },
});

const DEFAULTS: Json = {
  ...{ subject: "", categories: [], attendees: [], locations: [] },
  body: null,
  location: { displayName: "", locationType: "default" },
  ...{ importance: "normal", sensitivity: "normal", showAs: "busy" },
  ...{ isReminderOn: true, reminderMinutesBeforeStart: 15 },
  ...{ responseRequested: true, allowNewTimeProposals: true },
  ...{ hideAttendees: false, isOnlineMeeting: false },
  recurrence: null,
  transactionId: null,
};

/** Mails that would have gone out: nobody may be invited by accident. */
function tellAttendees(mailbox: Mailbox, values: Json, what: string): void {
  const attendees = values["attendees"];
  if (Array.isArray(attendees) && attendees.length > 0)
    mailbox.invitations.push({ what, subject: String(values["subject"]) });
}

function laidOver(before: Json, body: Json): Json {
  checkBody(eventType, body, [SINGLE, MULTI]);
  const {
    [SINGLE]: _single,
    [MULTI]: _multi,
    ...sent
  } = plain(body) as Record<string, unknown>;
  const { start: _start, end: _end, isAllDay: _allDay, ...rest } = sent;
  if (rest["recurrence"] !== undefined) checkRecurrence(rest["recurrence"]);
  return {
    ...before,
    ...rest,
    ...(rest["subject"] === null && { subject: "" }),
    ...(isObject(rest["location"]) && {
      location: { locationType: "default", ...rest["location"] },
      locations: [rest["location"]],
    }),
    [TIMES]: timesFrom(body, before[TIMES] as Times | undefined),
  };
}

const sameEvent = (one: Json, other: Json): boolean => {
  const mark = (values: Json): string =>
    JSON.stringify([values["subject"], values[TIMES]]);
  return mark(one) === mark(other);
};

export function addEvent(
  mailbox: Mailbox,
  calendar: Container,
  body: Json,
): Item {
  const values = laidOver(DEFAULTS, body);
  const transaction = values["transactionId"];
  const twin =
    typeof transaction === "string"
      ? [...mailbox.items.values()].find(
          (one) => one.values["transactionId"] === transaction,
        )
      : undefined;
  if (twin !== undefined) {
    // A retry of the same request finds what the first one made.
    if (sameEvent(twin.values, values)) return twin;
    throw new Refusal(
      409,
      "ErrorDuplicateTransactionId",
      "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
    );
  }
  tellAttendees(mailbox, values, "invitation");
  return mailbox.add(calendar, values, extendedFrom(body, new Map()));
}

export function changeEvent(mailbox: Mailbox, item: Item, body: Json): void {
  if (Object.hasOwn(body, "transactionId"))
    throw new Refusal(
      400,
      "ErrorInvalidPropertySet",
      "Set action is invalid for property 'transactionId'.",
    );
  const values = laidOver(item.values, body);
  tellAttendees(mailbox, values, "update");
  mailbox.change(item, values, extendedFrom(body, item.extended));
}

export function removeEvent(mailbox: Mailbox, item: Item): void {
  tellAttendees(mailbox, item.values, "cancellation");
  mailbox.remove(item);
}

const uid = (item: Item): string =>
  `040000008200E00074C5B7101A82E008${createHash("sha256").update(item.ids.immutable).digest("hex").slice(0, 48).toUpperCase()}`;

export function eventJson(item: Item, scope: Scope): Json {
  const { [TIMES]: _times, ...values } = item.values as Record<string, unknown>;
  const { transactionId, ...own } = values;
  return {
    ...itemJson(item, scope),
    ...own,
    ...(transactionId !== null && { transactionId }),
    body: bodyJson(values["body"], scope.textBodies),
    bodyPreview: preview(values["body"]),
    ...timesJson(timesOf(item), scope.timeZone),
    type: values["recurrence"] === null ? "singleInstance" : "seriesMaster",
    seriesMasterId: null,
    ...{ hasAttachments: false, isCancelled: false, isDraft: false },
    isOrganizer: values["organizer"] === undefined,
    organizer: values["organizer"] ?? OWNER(scope.mailbox),
    responseStatus: { response: "organizer", time: "0001-01-01T00:00:00Z" },
    ...{ onlineMeeting: null, onlineMeetingUrl: null },
    iCalUId: uid(item),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(item.ids.immutable)}`,
  };
}
