import type { TimeZone } from "@ams-sync/sync-core";
import { expect, it } from "vitest";
import { codecOf } from "../codec.js";
import { card, NOW } from "../testing/cards.js";

const OURS = "11111111-1111-8111-8111-111111111111";
const THEIRS = "22222222-2222-8222-8222-222222222222";
const context = {
  timeZone: "Europe/Berlin" as TimeZone,
  now: () => NOW,
  isOurs: (uid: string) => uid === OURS,
};

const event = (...lines: readonly string[]) =>
  [
    ...["BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261124"],
    ...[...lines, "END:VEVENT", "END:VCALENDAR", ""],
  ].join("\r\n");

// Cards that were made by ams-sync of another brokerage and copied all carry one own id: two of them are two people.
it.each([
  ["contacts", card],
  ["appointments", event],
] as const)(
  "%s: an own id counts only where it is of the tenant, else the UID does",
  (stream, text) => {
    const { read } = codecOf(stream, context);
    expect(read(text("UID:a", `X-AMS-ID:${OURS}`)).uid).toBe(OURS);
    expect(read(text("UID:a", `X-AMS-ID:${THEIRS}`)).uid).toBe("a");
    expect(read(text("UID:b", `X-AMS-ID:${THEIRS}`)).uid).toBe("b");
    expect(read(text(`X-AMS-ID:${THEIRS}`)).uid).toBeUndefined();
    expect(read(text("UID:a")).uid).toBe("a");
  },
);

// RFC 6350 6.7.6 and RFC 5545 3.8.4.7: a text; RFC 9562 section 4: a UUID is the same in either case.
it.each([
  ["contacts", card],
  ["appointments", event],
] as const)(
  "%s: two UIDs that differ in case only are two, unless they are UUIDs",
  (stream, text) => {
    const uidOf = (...lines: readonly string[]) =>
      codecOf(stream, context).read(text(...lines)).uid;
    expect(uidOf("UID:aB3x")).toBe("aB3x");
    expect(uidOf("UID:AB3x")).toBe("AB3x");
    const foreign = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6";
    for (const written of [
      ...[foreign, foreign.toLowerCase()],
      ...[`urn:uuid:${foreign}`, `URN:UUID:${foreign.toLowerCase()}`],
    ])
      expect(uidOf(`UID:${written}`)).toBe(foreign.toLowerCase());
    expect(uidOf("UID:x", `X-AMS-ID:${OURS.toUpperCase()}`)).toBe(OURS);
  },
);
