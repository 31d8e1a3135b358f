import * as fc from "fast-check";
import { SHAPES } from "./people.js";
import type { Setting } from "./world.js";

const who = fc.constantFrom<0 | 1>(0, 1);
const stream = fc.constantFrom<"contacts" | "appointments">(
  "contacts",
  "appointments",
);
const customerId = fc.integer({ min: 0, max: 5 }).map(String);
const visitId = fc.integer({ min: 0, max: 3 }).map(String);
const city = fc.constantFrom("Ulm", "Köln", "");
const fax = fc.constantFrom("1", "2", "");
const agent = fc.constantFrom("11", "12", "");
const tag = fc.constantFrom("VIP", "");
const reason = fc.constantFrom("Übergabe", "Beratung", "");
const times = fc.constantFrom(
  "",
  "09:30-10:15",
  "23:30-03:30",
  "02:30-03:15",
  "02:30-02:30",
);
const date = fc.constantFrom("2024-03-31", "2024-10-27", "2024-02-29");
const late = fc.boolean();

/** What happens to things. */
const thing = fc.oneof(
  fc.record({
    do: fc.constant("record"),
    ...{ id: customerId, city, fax, agent, tag, late },
    birth: fc.constantFrom("own", "other", ""),
  }),
  fc.record({ do: fc.constant("firm"), id: customerId, city, fax, late }),
  fc.record({
    do: fc.constant("visit"),
    ...{ id: visitId, date, times, reason, late },
    owner: fc.constantFrom<"7" | "8">("7", "8"),
  }),
  fc.record({ do: fc.constant("remove"), id: customerId, late }),
  fc.record({ do: fc.constant("cancel"), id: visitId, late }),
  // What came in from outside is a record like any other.
  fc.record({
    do: fc.constant("forget"),
    ...{ stream, late },
    pick: fc.nat({ max: 20 }),
  }),
  fc.record({
    do: fc.constant("amend"),
    ...{ stream, city, fax, reason, late },
    pick: fc.nat({ max: 20 }),
  }),
  // Somebody changes an item of a record.
  fc.record({
    do: fc.constant("there"),
    ...{ who, city, fax },
    pick: fc.nat({ max: 20 }),
    birth: fc.constantFrom("keep", "own", "other", "year-less", ""),
  }),
  // A program takes something out of every card that was made for many.
  fc.record({ do: fc.constant("strip"), who }),
  fc.record({
    do: fc.constant("there-visit"),
    ...{ who, date, times, reason },
    pick: fc.nat({ max: 20 }),
  }),
  fc.record({
    do: fc.constant("scribble"),
    ...{ who, stream },
    pick: fc.nat({ max: 20 }),
    words: fc.constantFrom("eins", "zwei"),
  }),
  fc.record({
    do: fc.constant("call-off"),
    who,
    pick: fc.nat({ max: 20 }),
  }),
  fc.record({
    do: fc.constant("drop"),
    ...{ who, stream },
    pick: fc.nat({ max: 20 }),
  }),
  fc.record({
    do: fc.constant("card"),
    ...{ who, city },
    n: fc.nat({ max: 2 }),
    person: fc.integer({ min: 0, max: 5 }),
    category: fc.constantFrom("Kunde", " interessent ", "Freunde", ""),
    birth: fc.constantFrom("whole", "year-less", "none"),
    email: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("event"),
    ...{ who, reason },
    n: fc.nat({ max: 2 }),
    shape: fc.constantFrom(...SHAPES),
    attendee: fc.integer({ min: -1, max: 5 }),
    secret: fc.boolean(),
    madeBefore: fc.constantFrom(0, 1_000),
  }),
  fc.record({
    do: fc.constant("categorize"),
    who,
    pick: fc.nat({ max: 20 }),
    category: fc.constantFrom("Kunde", "Freunde"),
  }),
);
export type Thing = typeof thing extends fc.Arbitrary<infer S> ? S : never;

/** What people decide. */
const decision = fc.oneof(
  fc.record({
    do: fc.constant("bulk"),
    count: fc.integer({ min: 9, max: 14 }),
  }),
  fc.record({
    do: fc.constant("unbulk"),
    what: fc.constantFrom("delete", "clear", "agent"),
  }),
  fc.record({
    do: fc.constant("rights"),
    who,
    release: fc.boolean(),
    agents: fc.subarray(["11", "12"]),
  }),
  fc.record({
    do: fc.constant("options"),
    who,
    policy: fc.constantFrom<"ams-wins" | "remote-wins">(
      "ams-wins",
      "remote-wins",
    ),
    tags: fc.constantFrom(...[[], [], ["vip"]]),
    agentId: fc.constantFrom("", "", "11"),
    birthday: fc.boolean(),
    companies: fc.boolean(),
    editedSince: fc.constantFrom("", "", "2024-03-05", "2024-03-06"),
    maxAgeDays: fc.constantFrom(0, 0, 2),
    appointments: fc.constantFrom(true, true, true, false),
  }),
  fc.record({ do: fc.constant("reset"), who, stream }),
  fc.record({ do: fc.constant("move"), who, stream, back: fc.boolean() }),
  fc.record({ do: fc.constant("approve"), who, part: fc.boolean() }),
  fc.record({
    do: fc.constant("decide-item"),
    ...{ who, stream },
    pick: fc.nat({ max: 20 }),
    answer: fc.constantFrom<"link" | "create" | "leave">(
      "link",
      "create",
      "leave",
    ),
  }),
  fc.record({
    do: fc.constant("decide-lost"),
    ...{ who, stream },
    pick: fc.nat({ max: 20 }),
    restore: fc.boolean(),
  }),
);

export type Decision =
  typeof decision extends fc.Arbitrary<infer S> ? S : never;

const ERRORS = [
  "transient",
  "throttled",
  "rejected",
  "precondition",
  "gone",
  "token-expired",
] as const;

const running = fc.oneof(
  fc.record({ do: fc.constant("run"), who }),
  fc.record({ do: fc.constant("run"), who }),
  fc.record({
    do: fc.constant("jobs"),
    order: fc.array(who, { minLength: 2, maxLength: 5 }),
  }),
  fc.record({
    do: fc.constant("die"),
    who,
    call: fc.integer({ min: 1, max: 45 }),
    when: fc.constantFrom<"before" | "after">("before", "after"),
  }),
  fc.record({
    do: fc.constant("stall"),
    who,
    call: fc.integer({ min: 2, max: 45 }),
  }),
  fc.record({ do: fc.constant("wake") }),
  fc.record({
    do: fc.constant("fault"),
    who,
    request: fc.integer({ min: 1, max: 15 }),
    times: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom(...ERRORS),
    when: fc.constantFrom<"before" | "after" | "late">(
      "before",
      "after",
      "late",
    ),
  }),
  fc.record({
    do: fc.constant("meanwhile"),
    who,
    request: fc.integer({ min: 1, max: 15 }),
    thing,
  }),
  fc.record({
    do: fc.constant("partial"),
    who,
    every: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constant("void"), who }),
  fc.record({ do: fc.constant("arrive"), who }),
  fc.record({ do: fc.constant("tell"), again: fc.boolean() }),
  fc.record({ do: fc.constant("look-again"), who }),
  fc.record({
    do: fc.constant("time"),
    minutes: fc.constantFrom(1, 10, 65, 7 * 60, 25 * 60),
  }),
);

export type Running = typeof running extends fc.Arbitrary<infer S> ? S : never;

const as = <Kind extends string, T>(kind: Kind, arbitrary: fc.Arbitrary<T>) =>
  arbitrary.map((step) => ({ kind, step }));

export const step = fc.oneof(
  { weight: 5, arbitrary: as("thing", thing) },
  { weight: 2, arbitrary: as("decision", decision) },
  { weight: 5, arbitrary: as("running", running) },
);
export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const traits = fc.record({
  namesVersions: fc.boolean(),
  listsVersions: fc.constantFrom(true, true, false),
  tokens: fc.boolean(),
  page: fc.constantFrom(2, 1_000),
  skewHours: fc.constantFrom(0, -50, 50),
  existing: fc.boolean(),
});
const policy = fc.constantFrom<"ams-wins" | "remote-wins">(
  "ams-wins",
  "remote-wins",
);

export const settings: fc.Arbitrary<Setting> = fc.record({
  policies: fc.tuple(policy, policy),
  traits: fc.tuple(traits, traits),
});
