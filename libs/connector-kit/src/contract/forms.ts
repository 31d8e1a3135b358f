import type {
  Appointment,
  Canonical,
  Contact,
  StreamKind,
} from "@ams-sync/sync-core";

const person = (fields: Contact["fields"]): Contact => ({
  type: "private",
  fields,
});
const company = (fields: Contact["fields"]): Contact => ({
  type: "commercial",
  fields,
});
const visit = (fields: Appointment["fields"]): Appointment => ({
  type: "appointment",
  fields,
});

/** A word that no message of an error may hold. */
export const NAME = "Müller-Lüdenscheidt";

export const PERSON = person({
  firstName: "Jörg-Uwe",
  lastName: NAME,
  street: "Große Straße 1; Hof",
  country: "Österreich",
  postalCode: "01067",
  city: "Dresden",
  profession: "Bäcker",
  phonePrivate: "+49 351 1001",
  phoneBusiness: "+49 351 1002",
  fax: "+49 351 1003",
  mobile: "+49 171 1004",
  email: "joerg.uwe@example.org",
  webPage: "https://müller.example/?a=1,2;3",
  gender: "diverse",
  birthDate: "1984-02-28",
});

export const VISIT = visit({
  date: "2026-06-15",
  from: "09:30",
  to: "11:00",
  reason: `Jahresgespräch ${NAME}`,
  remark: "Bringt mit:\nPolice, Ausweis; Vollmacht",
});

/** An ordinary record of each stream. */
export const ORDINARY: Readonly<Record<StreamKind, Canonical>> = {
  contacts: PERSON,
  appointments: VISIT,
};

export const withFields = (
  form: Canonical,
  fields: Readonly<Record<string, string | undefined>>,
): Canonical =>
  ({
    ...form,
    fields: Object.fromEntries(
      Object.entries({ ...form.fields, ...fields }).filter(
        ([, value]) => value !== undefined && value !== "",
      ),
    ),
  }) as Canonical;

/** The text field that cases change. */
export const CHANGED: Readonly<Record<StreamKind, string>> = {
  contacts: "profession",
  appointments: "reason",
};

const EMOJI = "Zoë 👩🏽‍🚒 🇩🇪 Ærø Žižka 王";
const SIGNS = String.raw`a,b;c\d:f"g'h^n|i=j<k>&amp;`;
/** Undone twice it is something else. */
const BACKSLASHES = String.raw`C:\neu\\\\server\,x\;y`;
const LONG = "Überraschungsgröße ".repeat(13).trim();

export const BACKSLASHES_CASE = "backslashes before letters and signs";

/** Values that get lost on bad ways; each must come back as the system's own form of it. */
export const ROUND_TRIPS: Readonly<
  Record<StreamKind, Readonly<Record<string, Canonical>>>
> = {
  contacts: {
    "every field of a person": PERSON,
    "every field of a company": company({
      name: "Käthe & Söhne; Bau, GmbH",
      street: "Am Hang 7",
      country: "Deutschland",
      postalCode: "50667",
      city: "Köln",
      profession: "Hochbau",
      phonePrivate: "+49 221 1",
      phoneBusiness: "+49 221 2",
      fax: "+49 221 3",
      mobile: "+49 171 4",
      email: "bau@example.org",
      webPage: "https://bau.example/",
    }),
    "emoji and letters of all kinds": person({
      firstName: EMOJI,
      lastName: "Łukaszczyk-Ö",
      city: EMOJI,
      profession: EMOJI,
    }),
    "commas, semicolons and backslashes": person({
      firstName: SIGNS,
      lastName: SIGNS,
      street: SIGNS,
      city: SIGNS,
      profession: SIGNS,
    }),
    [BACKSLASHES_CASE]: person({
      firstName: "Jost",
      lastName: BACKSLASHES,
      street: BACKSLASHES,
      profession: BACKSLASHES,
    }),
    "a long line": person({
      firstName: "Änne",
      lastName: LONG,
      street: LONG,
      profession: LONG,
      webPage: `https://example.org/${"abcdefghij".repeat(150)}`,
    }),
    "born on 29 February": person({
      lastName: "Groß",
      birthDate: "1984-02-29",
      gender: "female",
    }),
    "born before the epoch": person({
      lastName: "Groß",
      birthDate: "1899-12-31",
      gender: "male",
    }),
    "a first name alone": person({ firstName: "Jost" }),
  },
  appointments: {
    "every field": VISIT,
    "emoji and letters of all kinds": visit({
      date: "2026-06-16",
      from: "09:30",
      to: "11:00",
      reason: EMOJI,
      remark: EMOJI,
    }),
    "commas, semicolons, backslashes and line breaks": visit({
      date: "2026-06-17",
      from: "09:30",
      to: "11:00",
      reason: SIGNS,
      remark: `${SIGNS}\n\n${SIGNS}\n end`,
    }),
    [BACKSLASHES_CASE]: visit({
      date: "2026-06-17",
      from: "13:30",
      to: "14:00",
      reason: BACKSLASHES,
      remark: `${BACKSLASHES}\n${BACKSLASHES}`,
    }),
    "long lines": visit({
      date: "2026-06-18",
      from: "09:30",
      to: "11:00",
      reason: LONG,
      remark: Array.from({ length: 20 }, () => LONG).join("\n"),
    }),
    "all day": visit({ date: "2026-06-19", reason: "Messe" }),
    "all day on 29 February": visit({ date: "2028-02-29", reason: "Messe" }),
    "over midnight": visit({
      date: "2026-06-30",
      from: "22:30",
      to: "01:15",
      reason: "Notdienst",
    }),
    "over the end of the year": visit({
      date: "2026-12-31",
      from: "23:30",
      to: "00:30",
      reason: "Silvester",
    }),
    "02:30 of the night that has none": visit({
      date: "2026-03-29",
      from: "02:30",
      to: "03:00",
      reason: "Frühjahr",
    }),
    "02:30 of the night that has two": visit({
      date: "2026-10-25",
      from: "02:30",
      to: "03:15",
      reason: "Herbst",
    }),
    "no time at all between": visit({
      date: "2026-06-20",
      from: "12:00",
      to: "12:00",
      reason: "Erinnerung",
    }),
  },
};
