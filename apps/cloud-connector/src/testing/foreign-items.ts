const text = (...lines: readonly string[]): string =>
  `${lines.join("\r\n")}\r\n`;

/** A card as another program stores one. */
export const foreignCard = (uid: string, ...lines: readonly string[]): string =>
  text("BEGIN:VCARD", "VERSION:3.0", `UID:${uid}`, ...lines, "END:VCARD");

/** An event on 2 April 2026, from nine to ten. */
export const foreignEvent = (
  uid: string,
  ...lines: readonly string[]
): string =>
  text(
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Person//DE",
    "BEGIN:VEVENT",
    `UID:${uid}`,
    "DTSTAMP:20240101T080000Z",
    "DTSTART;TZID=Europe/Berlin:20260402T090000",
    "DTEND;TZID=Europe/Berlin:20260402T100000",
    ...lines,
    "END:VEVENT",
    "END:VCALENDAR",
  );

export const KAETHE = [
  "FN:Käthe Übel",
  "N:Übel;Käthe;;;",
  "EMAIL:kaethe@uebel.example",
] as const;
