import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Contact, ContactField } from "./canonical.js";
import { appointmentKeys, match, matchTraits, strictKeys } from "./match.js";
import type { Candidate, Match, ToE164 } from "./match.js";

/** German numbers only; enough to tell them apart. */
const toE164: ToE164 = (text) => {
  const digits = text.replace(/\D/g, "");
  return digits.length < 5 ? undefined : `+49${digits.replace(/^(49|0)/, "")}`;
};

type Values = { readonly [name in ContactField]?: string };

const person = (name: string, over: Values = {}): Contact => {
  const [firstName, lastName] = name.includes(" ")
    ? [name.slice(0, name.indexOf(" ")), name.slice(name.indexOf(" ") + 1)]
    : [undefined, name];
  return {
    type: "private",
    fields: {
      ...(firstName !== undefined && { firstName }),
      ...(lastName !== "" && { lastName }),
      ...over,
    },
  };
};
const firm = (name: string, over: Values = {}): Contact => ({
  type: "commercial",
  fields: { name, ...over },
});

const among = (item: Contact, ...records: readonly Contact[]): Match =>
  match(
    matchTraits(item, toE164),
    records.map((record, index): Candidate => ({
      id: String(index + 1),
      traits: matchTraits(record, toE164),
    })),
  );

const one = { verdict: "one", id: "1" };
const none = { verdict: "none" };
const ask = (...candidates: readonly string[]) => ({
  verdict: "several",
  candidates,
});

const email = "mueller@example.org";
const phone = "0221 123456";
const mobile = "+49 221 123456";
const birthDate = "1980-02-29";

describe("match (R46)", () => {
  it("finds by e-mail, name and birth date, telephone; by a name alone nobody", () => {
    const anna = person("Anna Müller", {
      email,
      birthDate,
      phonePrivate: phone,
    });
    expect(
      among(person("Anna Müller", { email: " Mueller@Example.ORG" }), anna),
    ).toEqual(one);
    expect(among(person("Anna Müller", { birthDate }), anna)).toEqual(one);
    expect(among(person("Anna Müller", { mobile }), anna)).toEqual(one);
    expect(among(person("Anna Müller"), anna)).toEqual(none);
    expect(among(person("Anna Müller", { fax: phone }), anna)).toEqual(none);
  });

  it("the e-mail comes before the birth date, that before the telephone", () => {
    const item = person("Anna Müller", { email, birthDate, mobile });
    const byMail = person("Anna Müller", { email });
    const byDay = person("Anna Müller", { birthDate });
    const byPhone = person("Anna Müller", { phonePrivate: phone });
    expect(among(item, byPhone, byDay, byMail)).toEqual({
      verdict: "one",
      id: "3",
    });
    expect(among(item, byPhone, byDay)).toEqual({ verdict: "one", id: "2" });
    expect(among(item, byPhone)).toEqual(one);
  });

  it("asks where several are it", () =>
    expect(
      among(
        person("Müller", { mobile }),
        person("Anna Müller", { mobile }),
        person("Bernd Müller", { mobile }),
      ),
    ).toEqual(ask("1", "2")));

  it("of several takes the one with exactly that name", () =>
    expect(
      among(
        person("Anna Müller", { mobile }),
        person("Müller", { mobile }),
        person("Anna Müller", { mobile }),
      ),
    ).toEqual({ verdict: "one", id: "2" }));

  it("asks where two of the same name are in ams", () =>
    expect(
      among(
        person("Anna Müller", { email }),
        person("Anna Müller", { email }),
        person("Anna Müller", { email }),
      ),
    ).toEqual(ask("1", "2")));
});

describe("match: people who share something", () => {
  it.each([
    [
      "a couple's e-mail",
      person("Anna Müller", { email }),
      person("Bernd Müller", { email }),
    ],
    [
      "a family's telephone",
      person("Anna Müller", { mobile }),
      person("Bernd Müller", { phonePrivate: phone }),
    ],
    [
      "a firm's telephone",
      person("Anna Schmidt", { phoneBusiness: phone }),
      firm("Müller GmbH", { phoneBusiness: phone }),
    ],
    [
      "a firm's telephone and its name",
      person("Müller", { phoneBusiness: phone }),
      firm("Müller GmbH", { phoneBusiness: phone }),
    ],
    [
      "father's name and e-mail",
      person("Hans Müller", { email, birthDate }),
      person("Hans Müller", { email, birthDate: "1950-01-01" }),
    ],
  ])("%s: a question", (_, item, record) =>
    expect(among(item, record)).toEqual(ask("1")),
  );

  it("a stranger by e-mail does not hide the right one by telephone", () =>
    expect(
      among(
        person("Anna Müller", { email, mobile }),
        person("Bernd Müller", { email }),
        person("Anna Müller", { mobile }),
      ),
    ).toEqual({ verdict: "one", id: "2" }));

  it("twins, of whom the card names only the family", () =>
    expect(
      among(
        person("Müller", { birthDate }),
        person("Anna Müller", { birthDate }),
      ),
    ).toEqual(none));

  it("a card without a name is the only one with that number, or a question", () => {
    const nameless = person("", { mobile });
    expect(among(nameless, person("Anna Müller", { mobile }))).toEqual(one);
    expect(
      among(
        nameless,
        person("Anna Müller", { mobile }),
        person("Bernd Müller", { mobile }),
      ),
    ).toEqual(ask("1", "2"));
  });

  it("a firm under its name, whoever marked the card as a person", () => {
    const record = firm("Müller GmbH", { phoneBusiness: phone });
    expect(among(person("Müller GmbH", { mobile }), record)).toEqual(one);
    expect(among(firm("Müller GmbH & Co. KG", { mobile }), record)).toEqual(
      one,
    );
    expect(
      among(
        firm("Müller GmbH", { mobile }),
        firm("Müller GmbH & Co. KG", { mobile }),
        record,
      ),
    ).toEqual({ verdict: "one", id: "2" });
  });
});

describe("match: a given name more is a question by telephone or e-mail, unless born on that day", () => {
  it.each([
    ["Hans", "Hans Peter"],
    ["Anna", "Anna Maria"],
    ["A.", "Anna Maria"],
  ])("%s and %s", (few, many) => {
    const short = (over: Values) =>
      person("Weber", { ...over, firstName: few });
    const long = (over: Values) =>
      person("Weber", { ...over, firstName: many });
    for (const shared of [{ email }, { mobile }]) {
      expect(among(short(shared), long(shared))).toEqual(ask("1"));
      expect(among(long(shared), short(shared))).toEqual(ask("1"));
      expect(among(long({ ...shared, birthDate }), short(shared))).toEqual(
        ask("1"),
      );
    }
    const born = { email, birthDate };
    expect(among(short(born), long(born))).toEqual(one);
    expect(among(short({ birthDate }), long({ birthDate }))).toEqual(one);
  });

  it.each([
    ["Hans Peter Weber", ask("1")],
    ["Weber, Hans Peter", ask("1")],
    ["Dr. Hans Weber", one],
    ["Weber Hans", one],
    ["H. Weber", one],
    ["Weber", one],
    ["", one],
  ])(
    'where nobody says which the given names of "%s" are, too',
    (name, verdict) => {
      for (const shared of [{ email }, { mobile }]) {
        const bare: Contact = {
          type: "private",
          fields: { lastName: name, ...shared },
        };
        const hans = person("Hans Weber", shared);
        expect(among(bare, hans)).toEqual(verdict);
        expect(among(hans, bare)).toEqual(verdict);
      }
    },
  );

  it("a family name of several parts alone is a family name", () => {
    const bare = person("Müller-Lüdenscheidt", { email });
    const whole = person("Müller-Lüdenscheidt", { firstName: "Änne", email });
    expect(among(bare, whole)).toEqual({ verdict: "one", id: "1" });
    expect(among(whole, bare)).toEqual({ verdict: "one", id: "1" });
  });

  it("does not hide the right one by telephone", () =>
    expect(
      among(
        person("Weber", { firstName: "Hans Peter", email, mobile }),
        person("Weber", { firstName: "Hans", email }),
        person("Weber", { firstName: "Hans Peter", mobile }),
      ),
    ).toEqual({ verdict: "one", id: "2" }));
});

describe("match: a word of a title may be somebody's name", () => {
  it.each(["Phil", "Phil.", "Nat", "Jur", "Ing", "Med", "Dr. Phil"])(
    "%s Weber is not his mother Anna Weber for having her telephone",
    (firstName) =>
      expect(
        among(
          person("Weber", { firstName, mobile }),
          person("Anna Weber", { phonePrivate: phone }),
        ),
      ).toEqual(ask("1")),
  );

  it("nor is Anna Herr Anna Weber", () =>
    expect(
      among(person("Anna Herr", { email }), person("Anna Weber", { email })),
    ).toEqual(ask("1")));
});

describe("match: names as people write them", () => {
  it.each([
    ["Anna Müller", "anna MUELLER"],
    ["Anna Mu\u0308ller", "Anna Müller"],
    ["René Groß", "Rene Gross"],
    ["Anna Müller-Lüdenscheidt", "Anna Müller Lüdenscheidt"],
    ["Anna Müller-Lüdenscheidt", "Anna Müller"],
    ["Dr. med. Anna Müller", "Anna Müller"],
    ["Herr Prof. Dr. Bernd Müller", "Bernd Müller"],
    ["Hans-Peter Müller", "Hans Peter Müller"],
    ["A. Müller", "Anna Müller"],
    ["Anna M. Müller", "Anna Maria Müller"],
    ["Müller Anna", "Anna Müller"],
    ["Müller", "Anna Müller"],
  ])("%s is %s", (a, b) => {
    expect(among(person(a, { email }), person(b, { email }))).toEqual(one);
    expect(among(person(b, { email }), person(a, { email }))).toEqual(one);
  });

  it.each([
    ["Anna Müller", "Bernd Müller"],
    ["A. Müller", "Bernd Müller"],
    ["Familie Müller", "Anna Müller"],
    ["Anna Müller", "Anna Möller"],
  ])("%s is not %s", (a, b) => {
    expect(among(person(a, { email }), person(b, { email }))).toEqual(ask("1"));
    expect(among(person(b, { email }), person(a, { email }))).toEqual(ask("1"));
  });

  it("does not depend on the side, nor on the order of the candidates", () => {
    const names = fc.constantFrom(
      "Anna Müller",
      "A. Müller",
      "Müller",
      "",
      "Anna Maria Müller",
      "Bernd Müller",
    );
    const shared = fc.constantFrom<Values>(
      { email },
      { mobile },
      { email, birthDate },
      {},
    );
    const contacts = fc
      .tuple(names, shared)
      .map(([name, over]) => person(name, over));
    fc.assert(
      fc.property(contacts, contacts, (a, b) => {
        expect(among(a, b)).toEqual(among(b, a));
      }),
    );
    fc.assert(
      fc.property(contacts, contacts, contacts, (item, a, b) => {
        const swapped = among(item, b, a);
        const again =
          swapped.verdict === "one"
            ? { ...swapped, id: swapped.id === "1" ? "2" : "1" }
            : swapped.verdict;
        const found = among(item, a, b);
        expect(found.verdict === "one" ? found : found.verdict).toEqual(again);
      }),
    );
  });
});

describe("strict keys", () => {
  const keys = (contact: Contact) => strictKeys(matchTraits(contact, toE164));

  it("are the name with each trait", () =>
    expect(keys(person("Anna Müller", { email, birthDate, mobile }))).toEqual([
      "e:anna mueller|mueller@example.org",
      "p:anna mueller|+49221123456",
      "b:anna mueller|1980-02-29",
    ]));

  it("share none with another name, and there is none without a name", () => {
    const anna = keys(person("Anna Müller", { email, mobile }));
    const bernd = keys(person("Bernd Müller", { email, mobile }));
    expect(anna.filter((key) => bernd.includes(key))).toEqual([]);
    expect(keys(person("", { email, mobile, birthDate }))).toEqual([]);
  });

  it("of an appointment are when and why", () => {
    const event = (reason: string | undefined, from?: string) =>
      appointmentKeys({
        type: "appointment",
        fields: {
          date: "2024-03-31",
          ...(reason !== undefined && { reason }),
          ...(from !== undefined && { from, to: "03:30" }),
        },
      });
    expect(event("Beratung  Müller", "02:30")).toEqual([
      "a:2024-03-31|02:30|03:30|beratung mueller",
    ]);
    expect(event("beratung mueller", "02:30")).toEqual(
      event("Beratung Müller", "02:30"),
    );
    expect(event("Beratung Müller")).not.toEqual(
      event("Beratung Müller", "02:30"),
    );
    expect(event(undefined, "02:30")).toEqual([]);
  });
});
