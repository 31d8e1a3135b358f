import type { SampleName } from "@ams-sync/connector-kit/contract";

type Body = Record<string, unknown>;

export interface GraphSample {
  readonly body: Body;
  /** Epoch ms of its making and of its last change. */
  readonly made?: number;
  readonly changed?: number;
}

const utc = (month: number): number => Date.UTC(2026, month - 1, 1, 12);

const at = (minute: string, timeZone = "W. Europe Standard Time") => ({
  dateTime: `${minute}:00`,
  timeZone,
});

/** What people enter in Outlook, as Graph stores it. */
export const GRAPH_SAMPLES: { readonly [name in SampleName]?: GraphSample } = {
  "rich-card": {
    made: utc(8),
    changed: utc(9),
    body: {
      givenName: "Käthe",
      surname: "Übel",
      nickName: "Kätchen",
      title: "Dr.",
      companyName: "Backstube am Markt",
      homeAddress: {
        street: "Große Straße 1",
        postalCode: "01067",
        city: "Dresden",
        state: "Sachsen",
        countryOrRegion: "Deutschland",
      },
      otherAddress: { city: "Pirna" },
      profession: "Bäckerin",
      mobilePhone: "+49 171 4711",
      emailAddresses: [
        { name: "Käthe Übel", address: "kaethe@example.org" },
        { name: "Verein", address: "zweite@example.org" },
      ],
      personalNotes: "Mag Tee, keinen Kaffee",
      children: ["Jo"],
      categories: ["Kunde", "Sonstige"],
    },
  },
  "escaped-card": {
    body: {
      givenName: "Käthe; die Jüngere",
      surname: "Übel, von",
      homeAddress: {
        street: "Große Straße 1; Hof, links",
        city: "Halle\\Saale",
      },
      categories: ["Kunde", "Haus, Hof; Garten"],
    },
  },
  "yearless-birthday": {
    body: {
      givenName: "Max",
      surname: "Muster",
      profession: "Bäcker",
      birthday: "1604-02-29T11:59:00Z",
    },
  },
  "rich-event": {
    made: utc(1),
    changed: utc(2),
    body: {
      subject: "Beratung, Haftpflicht",
      body: { contentType: "text", content: "Mitbringen:\nPolice; Ausweis" },
      start: at("2026-07-01T09:00"),
      end: at("2026-07-01T10:30"),
      sensitivity: "private",
      categories: ["ams:4711", "Sonstige"],
      location: { displayName: "Café Größenwahn" },
      attendees: [
        {
          type: "required",
          emailAddress: { name: "Jo", address: "Jo@example.org" },
        },
      ],
      reminderMinutesBeforeStart: 30,
      isReminderOn: true,
    },
  },
  "escaped-event": {
    body: {
      subject: "Haus; Hof, Garten\\Teich",
      body: { contentType: "text", content: "Eins,\nzwei; drei\\vier" },
      start: at("2026-07-01T14:00"),
      end: at("2026-07-01T15:00"),
      categories: ["ams:4711", "Haus, Hof; Garten"],
    },
  },
  "utc-event": {
    body: {
      subject: "Weltzeit",
      start: at("2026-07-02T08:15", "UTC"),
      end: at("2026-07-02T09:00", "UTC"),
    },
  },
  "foreign-zone-event": {
    body: {
      subject: "Amt am Atlantik",
      start: at("2026-07-03T10:00", "GMT Standard Time"),
      end: at("2026-07-03T11:00", "GMT Standard Time"),
    },
  },
  "all-day-event": {
    body: {
      subject: "Messe",
      isAllDay: true,
      start: at("2026-07-04T00:00"),
      end: at("2026-07-05T00:00"),
    },
  },
  "midnight-event": {
    body: {
      subject: "Notdienst",
      start: at("2026-07-05T22:30"),
      end: at("2026-07-06T01:15"),
    },
  },
  "autumn-event": {
    body: {
      subject: "Herbst",
      start: at("2026-10-25T02:30"),
      end: at("2026-10-25T03:30"),
    },
  },
  series: {
    body: {
      subject: "Jour fixe",
      start: at("2026-07-06T09:00"),
      end: at("2026-07-06T10:00"),
      recurrence: {
        pattern: { type: "weekly", interval: 1, daysOfWeek: ["monday"] },
        range: {
          type: "endDate",
          startDate: "2026-07-06",
          endDate: "2026-08-31",
          recurrenceTimeZone: "W. Europe Standard Time",
        },
      },
    },
  },
  "several-days": {
    body: {
      subject: "Urlaub",
      start: at("2026-07-10T09:00"),
      end: at("2026-07-12T18:00"),
    },
  },
};
