interface Made {
  readonly round: number;
  readonly book: string;
  readonly calendar: string;
}

interface ForeignItem {
  readonly url: string;
  readonly text: string;
}

/** A new customer, as a person's program stores one. */
export const cardOf = ({ round, book }: Made): ForeignItem => ({
  url: new URL(`neu-${round}.vcf`, book).href,
  text: lines(
    "BEGIN:VCARD",
    "VERSION:3.0",
    `UID:neu-${round}`,
    `FN:Käthe Neu-${round}`,
    `N:Neu-${round};Käthe;;;`,
    `EMAIL:kaethe.${round}@neu.example`,
    "CATEGORIES:Kunde",
    "NOTE:Mag Tee",
    "END:VCARD",
  ),
});

export const eventOf = ({ round, calendar }: Made): ForeignItem => ({
  url: new URL(`neu-${round}.ics`, calendar).href,
  text: lines(
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Person//DE",
    "BEGIN:VEVENT",
    `UID:neu-${round}`,
    "DTSTAMP:20260101T080000Z",
    "DTSTART;VALUE=DATE:20310402",
    `SUMMARY:Besuch ${round}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ),
});

const lines = (...each: readonly string[]): string =>
  `${each.join("\r\n")}\r\n`;
