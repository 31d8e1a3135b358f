import type {
  Fields,
  Instant,
  Obstacle,
  StreamKind,
} from "@ams-sync/sync-core";
import type { Item } from "../port.js";

/** What other programs write, and what of it a connector must see. */
export interface Sample {
  readonly stream: StreamKind;
  /** Fields of the canonical form, all of them. */
  readonly fields: Fields;
  readonly obstacle?: Obstacle;
  readonly about?: Partial<
    Pick<
      Item,
      "categories" | "confidential" | "createdAt" | "changedAt" | "attendees"
    >
  >;
}

const utc = (month: number): Instant =>
  Date.UTC(2026, month - 1, 1, 12) as Instant;

const event = (
  fields: Record<string, string>,
  more: Omit<Sample, "stream" | "fields"> = {},
): Sample => ({ stream: "appointments", fields, ...more });

const obstructed = (stream: StreamKind, obstacle: Obstacle): Sample => ({
  stream,
  fields: {},
  obstacle,
});

/** All times are Europe/Berlin, which is the tenant's zone in the contract. */
export const SAMPLES = {
  /** With a photo, a note, groups, parameters, extensions, a second address for mails. */
  "rich-card": {
    stream: "contacts",
    fields: {
      firstName: "Käthe",
      lastName: "Übel",
      street: "Große Straße 1",
      postalCode: "01067",
      city: "Dresden",
      country: "Deutschland",
      profession: "Bäckerin",
      mobile: "+49 171 4711",
      email: "kaethe@example.org",
    },
    about: {
      categories: ["Kunde", "Sonstige"],
      changedAt: utc(9),
    },
  },
  "escaped-card": {
    stream: "contacts",
    fields: {
      firstName: "Käthe; die Jüngere",
      lastName: "Übel, von",
      street: "Große Straße 1; Hof, links",
      city: "Halle\\Saale",
    },
    about: { categories: ["Kunde", "Haus, Hof; Garten"] },
  },
  "yearless-birthday": {
    stream: "contacts",
    fields: { firstName: "Max", lastName: "Muster", profession: "Bäcker" },
  },
  "card-group": obstructed("contacts", "group"),
  /** Invites, alarms, is private, has a class, a place and extensions. */
  "rich-event": event(
    {
      date: "2026-07-01",
      from: "09:00",
      to: "10:30",
      reason: "Beratung, Haftpflicht",
      remark: "Mitbringen:\nPolice; Ausweis",
    },
    {
      about: {
        categories: ["ams:4711", "Sonstige"],
        confidential: true,
        createdAt: utc(1),
        changedAt: utc(2),
        attendees: ["jo@example.org"],
      },
    },
  ),
  "escaped-event": event(
    {
      date: "2026-07-01",
      from: "14:00",
      to: "15:00",
      reason: "Haus; Hof, Garten\\Teich",
      remark: "Eins,\nzwei; drei\\vier",
    },
    { about: { categories: ["ams:4711", "Haus, Hof; Garten"] } },
  ),
  "floating-event": event({
    date: "2026-07-02",
    from: "08:15",
    to: "09:00",
    reason: "Ohne Zone",
  }),
  "utc-event": event({
    date: "2026-07-02",
    from: "10:15",
    to: "11:00",
    reason: "Weltzeit",
  }),
  /** 09:00 on the Azores; the object alone explains its zone. */
  "foreign-zone-event": event({
    date: "2026-07-03",
    from: "11:00",
    to: "12:00",
    reason: "Amt am Atlantik",
  }),
  "all-day-event": event({ date: "2026-07-04", reason: "Messe" }),
  "midnight-event": event({
    date: "2026-07-05",
    from: "22:30",
    to: "01:15",
    reason: "Notdienst",
  }),
  /** A time that this night does not have. */
  "spring-event": event({
    date: "2026-03-29",
    from: "02:30",
    to: "03:30",
    reason: "Frühjahr",
  }),
  /** A time that this night has twice. */
  "autumn-event": event({
    date: "2026-10-25",
    from: "02:30",
    to: "03:30",
    reason: "Herbst",
  }),
  "unknown-zone-event": obstructed("appointments", "unknown-zone"),
  series: obstructed("appointments", "recurring"),
  "several-days": obstructed("appointments", "several-days"),
} satisfies Record<string, Sample>;

export type SampleName = keyof typeof SAMPLES;
export const SAMPLE_NAMES = Object.keys(SAMPLES) as readonly SampleName[];

/** With a word that cases replace. */
export const RICH = {
  contacts: { sample: "rich-card", field: "profession", word: "Bäckerin" },
  appointments: { sample: "rich-event", field: "reason", word: "Haftpflicht" },
} as const;
