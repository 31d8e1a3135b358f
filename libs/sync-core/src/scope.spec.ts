import { describe, expect, it } from "vitest";
import type { Instant, PlainDate, TimeZone } from "./dates.js";
import type {
  AppointmentsOptions,
  ContactsOptions,
  SyncOptions,
} from "./options.js";
import type { AppointmentRecord, ContactRecord, UserView } from "./record.js";
import { scope } from "./scope.js";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12) as Instant;
const RIGHT = "appointments.department";

const user: UserView = {
  userId: "1",
  rights: new Set(),
  agentRelease: false,
  releasedAgentIds: new Set(["31"]),
  timeZone: "Europe/Berlin" as TimeZone,
};
const customer: ContactRecord = {
  id: "7",
  kind: "customer",
  type: "private",
  values: {},
  agentId: "31",
  tags: ["Straße", "VIP"],
  lastChanged: NOW,
};
const appointment: AppointmentRecord = {
  id: "8",
  kind: "appointment",
  values: {},
  ownerId: "1",
  lastChanged: NOW,
};
const contacts = (chosen: Partial<ContactsOptions> = {}): SyncOptions => ({
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
    ...chosen,
  },
});
const appointments = (chosen: AppointmentsOptions): SyncOptions => ({
  policy: "ams-wins",
  appointments: chosen,
});

const IN = { in: true };
const out = (reason: string, gate = false) => ({ in: false, reason, gate });

const ofContact = (
  record: Partial<ContactRecord>,
  options = contacts(),
  over: Partial<UserView> = {},
) => scope({ ...customer, ...record }, { ...user, ...over }, options, NOW);

const ofAppointment = (
  record: Partial<AppointmentRecord>,
  options: AppointmentsOptions = {},
  judgedAt = NOW,
) =>
  scope({ ...appointment, ...record }, user, appointments(options), judgedAt);

describe("scope of contacts", () => {
  it("is out where the stream or the kind is off", () => {
    expect(ofContact({}, appointments({}))).toEqual(out("stream-off"));
    expect(ofContact({}, contacts({ customers: false }))).toEqual(
      out("kind-off"),
    );
    expect(
      ofContact({ kind: "company" }, contacts({ companies: false })),
    ).toEqual(out("kind-off"));
    expect(ofContact({ kind: "agent" }, contacts({ agents: false }))).toEqual(
      out("kind-off"),
    );
    expect(
      ofContact({ kind: "agent" }, contacts({ customers: false })),
    ).toEqual(IN);
  });

  it("with agent release has only customers of released agents (R13)", () => {
    const on = { agentRelease: true };
    const { agentId: _, ...orphan } = customer;
    expect(ofContact({}, contacts(), on)).toEqual(IN);
    expect(ofContact({ agentId: "32" }, contacts(), on)).toEqual(
      out("agent-not-released"),
    );
    expect(scope(orphan, { ...user, ...on }, contacts(), NOW)).toEqual(
      out("no-agent"),
    );
    expect(scope(orphan, user, contacts(), NOW)).toEqual(IN);
    expect(
      ofContact({ kind: "company", agentId: "32" }, contacts(), on),
    ).toEqual(IN);
  });

  it("is hidden by R13 whatever the other options say", () =>
    expect(
      ofContact(
        { agentId: "32", tags: ["VIP"] },
        contacts({ agentId: "32", tags: ["VIP"] }),
        { agentRelease: true },
      ),
    ).toEqual(out("agent-not-released")));

  it("can be restricted to one agent (R31)", () => {
    expect(ofContact({}, contacts({ agentId: "31" }))).toEqual(IN);
    expect(ofContact({ agentId: "32" }, contacts({ agentId: "31" }))).toEqual(
      out("other-agent"),
    );
    expect(ofContact({ kind: "company" }, contacts({ agentId: "99" }))).toEqual(
      IN,
    );
  });

  it.each([
    [[], IN],
    [["vip"], IN],
    [["  STRAßE "], IN],
    [["Stra\u00dfe", "fehlt"], IN],
    [["Strasse"], out("tag-missing")],
    [["VI"], out("tag-missing")],
    [["VIP*"], out("tag-missing")],
  ])("wants one of the tags %j (R33)", (tags, expected) =>
    expect(ofContact({}, contacts({ tags }))).toEqual(expected),
  );

  it("finds no tag on a customer without any, and asks companies for none", () => {
    expect(ofContact({ tags: [] }, contacts({ tags: ["VIP"] }))).toEqual(
      out("tag-missing"),
    );
    expect(
      ofContact({ kind: "company", tags: [] }, contacts({ tags: ["VIP"] })),
    ).toEqual(IN);
  });

  it("gates by the day of the last change in the tenant's zone (R34)", () => {
    const since = contacts({ editedSince: "2026-07-02" as PlainDate });
    const midnight = Date.UTC(2026, 6, 1, 22);
    expect(ofContact({ lastChanged: midnight as Instant }, since)).toEqual(IN);
    expect(
      ofContact({ lastChanged: (midnight - 1) as Instant }, since),
    ).toEqual(out("not-edited-since", true));
    expect(
      ofContact({ lastChanged: midnight as Instant }, since, {
        timeZone: "America/New_York" as TimeZone,
      }),
    ).toEqual(out("not-edited-since", true));
  });
});

describe("scope of appointments", () => {
  it("has only one's own, and only where the stream is on", () => {
    expect(ofAppointment({})).toEqual(IN);
    expect(ofAppointment({ ownerId: "2" })).toEqual(out("not-own"));
    expect(scope(appointment, user, contacts(), NOW)).toEqual(
      out("stream-off"),
    );
  });

  it.each([
    ["one's own, whoever else is chosen", "1", ["2"], [], undefined, IN],
    ["nobody's", "2", [], [RIGHT], ["2"], out("not-own")],
    ["another's", "2", ["3"], [RIGHT], ["2"], out("owner-not-chosen")],
    ["without the right", "2", ["2"], [], ["2"], out("no-department-right")],
    ["elsewhere", "2", ["2"], [RIGHT], ["3"], out("other-department")],
    ["no department", "2", ["2"], [RIGHT], undefined, out("other-department")],
    ["a colleague's", "2", ["3", "2"], [RIGHT], ["2", "3"], IN],
  ] as const)(
    "has others' of the department with the right only (R14, R15): %s",
    (_, ownerId, ownerIds, rights, colleagues, expected) => {
      const colleagueIds = colleagues && new Set<string>(colleagues);
      const view = {
        ...{ ...user, rights: new Set<string>(rights) },
        ...(colleagueIds && { colleagueIds }),
      };
      const found = scope(
        ...([{ ...appointment, ownerId }, view] as const),
        ...([appointments({ ownerIds }), NOW] as const),
      );
      expect(found).toEqual(expected);
    },
  );

  it("counts the age from the last change to the millisecond, inclusive (R16)", () => {
    const edge = NOW - 30 * DAY;
    expect(
      ofAppointment({ lastChanged: edge as Instant }, { maxAgeDays: 30 }),
    ).toEqual(IN);
    expect(
      ofAppointment({ lastChanged: (edge - 1) as Instant }, { maxAgeDays: 30 }),
    ).toEqual(out("too-old", true));
    expect(ofAppointment({ lastChanged: (edge - 1) as Instant })).toEqual(IN);
  });

  it("is judged at the given moment and not at another", () => {
    const old = (NOW - 31 * DAY) as Instant;
    expect(
      ofAppointment({ lastChanged: old }, { maxAgeDays: 30 }, old),
    ).toEqual(IN);
    expect(ofAppointment({ lastChanged: old }, { maxAgeDays: 30 })).toEqual(
      out("too-old", true),
    );
  });

  it("knows the date of R34 too", () =>
    expect(
      ofAppointment({}, { editedSince: "2026-11-21" as PlainDate }),
    ).toEqual(out("not-edited-since", true)));
});
