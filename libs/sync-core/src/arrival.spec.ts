import { describe, expect, it } from "vitest";
import { arrival, statusOf } from "./arrival.js";
import type { ArrivalContext, ForeignItem } from "./arrival.js";
import type { Fields } from "./canonical.js";
import type { Instant, PlainDate, TimeZone } from "./dates.js";
import type { AppointmentsOptions, ContactsOptions } from "./options.js";
import type { UserView } from "./record.js";

const at = (text: string): Instant => Date.parse(text) as Instant;
const NOW = at("2026-06-15T10:00Z");
const BOUND = at("2026-06-01T00:00Z");

const contact = (over: Partial<ForeignItem> = {}): ForeignItem => ({
  canonical: {
    type: "private",
    fields: { firstName: "Anna", lastName: "Müller", birthDate: "1980-02-29" },
  },
  categories: ["Kunde"],
  confidential: false,
  ...over,
});
const event = (
  over: Partial<ForeignItem> = {},
  fields: Fields = {},
): ForeignItem => ({
  canonical: {
    type: "appointment",
    fields: {
      date: "2026-06-20",
      from: "09:00",
      to: "10:00",
      reason: "Beratung",
      ...fields,
    },
  },
  categories: [],
  confidential: false,
  createdAt: at("2026-06-10T08:00Z"),
  changedAt: at("2026-06-10T08:00Z"),
  ...over,
});

const CONTACTS: ContactsOptions = {
  customers: true,
  companies: true,
  agents: true,
  tags: [],
  birthday: true,
};
const USER: UserView = {
  userId: "u1",
  rights: new Set(),
  agentRelease: false,
  releasedAgentIds: new Set(),
  timeZone: "Europe/Berlin" as TimeZone,
};

const context = (
  options: {
    readonly contacts?: Partial<ContactsOptions>;
    readonly appointments?: AppointmentsOptions;
  } = {},
  over: Partial<ArrivalContext> = {},
): ArrivalContext => ({
  user: USER,
  options: {
    policy: "ams-wins",
    contacts: { ...CONTACTS, ...options.contacts },
    appointments: options.appointments ?? {},
  },
  ownContainer: false,
  boundAt: BOUND,
  judgedAt: NOW,
  match: { verdict: "none" },
  ...over,
});

const releasing = (...agents: readonly string[]): UserView => ({
  ...USER,
  agentRelease: true,
  releasedAgentIds: new Set(agents),
});
const left = (reason: string) => ({ verdict: "leave", reason });

describe("statusOf", () => {
  it.each([
    [["Kunde"], "customer"],
    [["  kunde "], "customer"],
    [["KUNDE", "Interessent"], "customer"],
    [["Interessent"], "prospect"],
    [["Freunde", "interessent"], "prospect"],
    [["Kunden"], undefined],
    [["Kein Kunde"], undefined],
    [[], undefined],
  ])("%j: %s", (categories, status) =>
    expect(statusOf(categories)).toBe(status),
  );
});

describe("a foreign contact", () => {
  it("becomes a customer or a prospect, by its category", () => {
    expect(arrival(contact(), context())).toEqual({
      verdict: "import",
      record: {
        kind: "customer",
        type: "private",
        status: "customer",
        fields: contact().canonical.fields,
      },
    });
    expect(
      arrival(contact({ categories: ["Interessent"] }), context()),
    ).toMatchObject({ record: { status: "prospect" } });
  });

  it("comes without its birthday where that is off (R30), even one that ams could not hold", () => {
    const off = context({ contacts: { birthday: false } });
    const fields = { lastName: "Müller", birthDate: "1980-02-31" };
    expect(
      arrival(contact({ canonical: { type: "private", fields } }), off),
    ).toMatchObject({ record: { fields: { lastName: "Müller" } } });
    expect(
      arrival(contact({ canonical: { type: "private", fields } }), context()),
    ).toEqual({
      ...left("not-importable"),
      problem: { code: "impossible-date", field: "birthDate", where: "item" },
    });
  });

  it("brings only what a record of its type has", () =>
    expect(
      arrival(
        contact({
          canonical: {
            type: "commercial",
            fields: { name: "Müller GmbH", firstName: "Anna" },
          },
        }),
        context(),
      ),
    ).toMatchObject({
      record: { type: "commercial", fields: { name: "Müller GmbH" } },
    }));

  it("stays without a category, before anything else is asked", () => {
    const several = { verdict: "several", candidates: ["1", "2"] } as const;
    expect(
      arrival(
        contact({ categories: ["Freunde"] }),
        context({}, { match: several }),
      ),
    ).toEqual(left("no-category"));
    expect(arrival(contact(), context({}, { match: several }))).toEqual({
      ...left("ambiguous"),
      candidates: ["1", "2"],
    });
  });

  it("stays where customers are off, or without a name", () => {
    expect(
      arrival(contact(), context({ contacts: { customers: false } })),
    ).toEqual(left("kind-off"));
    expect(
      arrival(
        contact({ canonical: { type: "private", fields: { mobile: "1" } } }),
        context(),
      ),
    ).toMatchObject(left("not-importable"));
  });

  it("is judged by its own time of change in the tenant's zone (R34)", () => {
    const since = context({
      contacts: { editedSince: "2026-06-10" as PlainDate },
    });
    const changed = (text: string) => contact({ changedAt: at(text) });
    expect(arrival(changed("2026-06-09T21:59Z"), since)).toEqual(
      left("not-edited-since"),
    );
    expect(arrival(changed("2026-06-09T22:00Z"), since).verdict).toBe("import");
    expect(arrival(contact(), since).verdict).toBe("import");
  });

  it("comes to the agent that the transfer is restricted to, or to the only one released", () => {
    const restricted = { contacts: { agentId: "a1" } };
    expect(arrival(contact(), context(restricted))).toMatchObject({
      record: { agentId: "a1" },
    });
    expect(
      arrival(contact(), context({}, { user: releasing("a1") })),
    ).toMatchObject({ record: { agentId: "a1" } });
    const undecided = left("agent-undecided");
    for (const user of [releasing("a1", "a2"), releasing()])
      expect(arrival(contact(), context({}, { user }))).toEqual(undecided);
    // R13: never a customer that its own user would not see.
    expect(
      arrival(contact(), context(restricted, { user: releasing("a2") })),
    ).toEqual(undecided);
  });

  it("that a user wants made is one, without a category and whoever it may be", () => {
    const match = { verdict: "several", candidates: ["1", "2"] } as const;
    const asked = context({}, { match, asked: true });
    expect(arrival(contact({ categories: [] }), asked)).toMatchObject({
      verdict: "import",
      record: { status: "customer" },
    });
    expect(
      arrival(contact({ categories: ["Interessent"] }), asked),
    ).toMatchObject({ record: { status: "prospect" } });
    const nameless = contact({
      canonical: { type: "private", fields: { city: "Köln" } },
    });
    expect(arrival(nameless, asked)).toMatchObject({
      reason: "not-importable",
    });
  });

  it("is not made where only customers with a tag are transferred", () =>
    expect(
      arrival(contact(), context({ contacts: { tags: ["VIP"] } })),
    ).toEqual(left("tag-missing")));
});

describe("a foreign event (R25)", () => {
  it("in the own calendar comes in, private ones and old ones too", () => {
    const own = context({}, { ownContainer: true, customerId: "7" });
    const old = event({
      confidential: true,
      createdAt: at("2020-01-01T00:00Z"),
    });
    expect(arrival(old, own)).toEqual({
      verdict: "import",
      record: {
        kind: "appointment",
        customerId: "7",
        fields: old.canonical.fields,
      },
    });
  });

  it("in a calendar that was there before comes in if it was made since", () => {
    expect(arrival(event(), context()).verdict).toBe("import");
    expect(arrival(event({ createdAt: BOUND }), context()).verdict).toBe(
      "import",
    );
    const before = (BOUND - 1) as Instant;
    expect(arrival(event({ createdAt: before }), context())).toEqual(
      left("before-connection"),
    );
    // The container had shown it before, whatever it says of itself.
    expect(
      arrival(event({ createdAt: before, appearedAt: NOW }), context()),
    ).toEqual(left("before-connection"));
  });

  it("that does not say when it was made: a later change is no proof, its late appearance is", () => {
    const { createdAt: _, ...undated } = event();
    expect(arrival(undated, context())).toEqual(left("before-connection"));
    expect(arrival({ ...undated, appearedAt: NOW }, context()).verdict).toBe(
      "import",
    );
  });

  it("that is private stays", () =>
    expect(arrival(event({ confidential: true }), context())).toEqual(
      left("private"),
    ));

  it("that was cancelled stays, also in the own calendar and where it is asked for", () => {
    const off = event({ cancelled: true });
    for (const asked of [
      context(),
      context({}, { ownContainer: true }),
      context({}, { asked: true }),
    ])
      expect(arrival(off, asked)).toEqual(left("cancelled"));
    expect(
      arrival(event({ cancelled: true, confidential: true }), context()),
    ).toEqual(left("private"));
  });

  it("that its user has declined stays, unless it is asked for", () => {
    const off = event({ declined: true });
    for (const own of [true, false])
      expect(arrival(off, context({}, { ownContainer: own }))).toEqual(
        left("declined"),
      );
    const asked = context({}, { asked: true });
    expect(arrival(off, asked).verdict).toBe("import");
  });

  it("ages from its last change, inclusive, as of its announcement (R16)", () => {
    const days = context({ appointments: { maxAgeDays: 3 } });
    const changedAt = at("2026-06-12T10:00Z");
    expect(arrival(event({ changedAt }), days).verdict).toBe("import");
    expect(
      arrival(event({ changedAt: (changedAt - 1) as Instant }), days),
    ).toEqual(left("too-old"));
    expect(
      arrival(
        event(),
        context({ appointments: { editedSince: "2026-06-11" as PlainDate } }),
      ),
    ).toEqual(left("not-edited-since"));
  });

  it("that ams cannot hold stays, with the field", () =>
    expect(arrival(event({}, { reason: "x".repeat(2000) }), context())).toEqual(
      {
        ...left("not-importable"),
        problem: { code: "too-long", field: "reason", where: "item" },
      },
    ));

  it("comes in from before and in private when a user asks for it, and no more than ams can hold", () => {
    const asked = context({}, { asked: true });
    const createdAt = at("2020-01-01T00:00Z");
    for (const confidential of [true, false]) {
      const old = event({ confidential, createdAt });
      expect(arrival(old, asked).verdict).toBe("import");
      expect(arrival(old, context()).verdict).toBe("leave");
    }
    const long = event({ createdAt }, { reason: "x".repeat(2000) });
    expect(arrival(long, asked)).toMatchObject({ reason: "not-importable" });
    const days = { appointments: { maxAgeDays: 3 } };
    expect(arrival(event(), context(days, { asked: true }))).toEqual(
      left("too-old"),
    );
  });

  it("stays where appointments are off", () => {
    const { options, ...rest } = context();
    const { appointments: _, ...off } = options;
    expect(arrival(event(), { ...rest, options: off })).toEqual(
      left("kind-off"),
    );
  });
});
