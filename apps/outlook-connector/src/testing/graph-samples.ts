import type { SampleName } from "@ams-sync/connector-kit/contract";

type Body = Record<string, unknown>;

export interface GraphSample {
  readonly body: Body;
  /** Epoch ms of its making and of its last change. */
  readonly made?: number;
  readonly changed?: number;
}

const utc = (month: number): number => Date.UTC(2026, month - 1, 1, 12);

/** What people enter in Outlook, as Graph stores it. */
export const GRAPH_SAMPLES: { readonly [name in SampleName]?: GraphSample } = {
  "rich-card": {
    made: utc(8),
    changed: utc(9),
    body: {
      givenName: "Käthe",
      middleName: "Maria",
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
};
