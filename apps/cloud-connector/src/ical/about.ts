import type { Instant } from "@ams-sync/sync-core";
import {
  categoriesOf,
  firstLine,
  linesOf,
  paramOf,
  stampedAt,
  unescapeText,
} from "../content-lines/index.js";
import type { Component, Line } from "../content-lines/index.js";
import { mailAddress, mailAddressIn } from "../mail-address.js";

export interface AboutEvent {
  readonly categories: readonly string[];
  readonly confidential: boolean;
  readonly cancelled?: true;
  readonly createdAt?: Instant;
  readonly changedAt?: Instant;
  /** Mail addresses, lower case, each once. */
  readonly attendees: readonly string[];
  /** Those of them who do not come. */
  readonly declined?: readonly string[];
}

export function aboutEvent(event: Component): AboutEvent {
  const at = (name: string) => stampedAt(firstLine(event, name)?.value);
  const createdAt = at("CREATED");
  // RFC 5545 3.8.7.2: where no METHOD makes it a message, DTSTAMP is the last revision too.
  const changedAt = at("LAST-MODIFIED") ?? at("DTSTAMP");
  const invited = linesOf(event, "ATTENDEE");
  const declined = invited.filter(
    (line) => paramOf(line, "PARTSTAT")?.toUpperCase() === "DECLINED",
  );
  return {
    categories: categoriesOf(event),
    confidential: isConfidential(event),
    ...(isCancelled(event) && { cancelled: true }),
    ...(createdAt !== undefined && { createdAt }),
    ...(changedAt !== undefined && { changedAt }),
    attendees: [...new Set(invited.flatMap((line) => mailOf(line)))],
    ...(declined.length > 0 && {
      declined: declined.flatMap((line) => mailOf(line)),
    }),
  };
}

/** RFC 5545 3.8.1.3: a class that one does not know is a private one. */
function isConfidential(event: Component): boolean {
  const value = firstLine(event, "CLASS")?.value.trim().toUpperCase() ?? "";
  return value !== "" && value !== "PUBLIC";
}

/** RFC 5545 3.8.1.11. */
export const isCancelled = (event: Component): boolean =>
  firstLine(event, "STATUS")?.value.trim().toUpperCase() === "CANCELLED";

/** `mailto:`, or the parameter of RFC 7986 6.2 where a server names its users by paths of its own. */
function mailOf(line: Line): string[] {
  const value = unescapeText(line.value);
  const mail = /^\s*mailto:/i.test(value)
    ? mailAddressIn(value)
    : mailAddress(paramOf(line, "EMAIL") ?? "");
  return mail === undefined ? [] : [mail];
}
