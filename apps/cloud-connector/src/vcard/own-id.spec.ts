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
