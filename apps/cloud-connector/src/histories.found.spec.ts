import { describe, expect, it, vi } from "vitest";
import { tell } from "./testing/histories/history.js";
import type { Told } from "./testing/histories/history.js";
import type {
  Decision,
  Running,
  Step,
  Thing,
} from "./testing/histories/steps.js";
import type { Traits } from "./testing/histories/traits.js";

vi.setConfig({ testTimeout: 300_000 });

const TRAITS: Traits = {
  namesVersions: true,
  listsVersions: true,
  tokens: true,
  page: 1_000,
  skewHours: 0,
  existing: false,
};
const SETTING: Told["setting"] = {
  policies: ["ams-wins", "ams-wins"],
  traits: [TRAITS, TRAITS],
};
const thing = (step: Thing) => ({ kind: "thing", step }) as const;
const decision = (step: Decision) => ({ kind: "decision", step }) as const;
const running = (step: Running) => ({ kind: "running", step }) as const;

/** Tells no versions, and has no tokens: every poll lists everything. */
const PLAIN: Traits = { ...TRAITS, namesVersions: false, tokens: false };

const faultsIn = async (...steps: Step[]): Promise<readonly string[]> =>
  (await tell({ setting: SETTING, steps })).watch.faults;
const faultsOnPlain = async (...steps: Step[]): Promise<readonly string[]> => {
  const setting = { ...SETTING, traits: [PLAIN, PLAIN] } as const;
  return (await tell({ setting, steps })).watch.faults;
};

const RUN = running({ do: "run", who: 0 });
const BJÖRN = thing({
  ...{ do: "record", id: "3", city: "Ulm", fax: "1", agent: "11" },
  ...{ tag: "VIP", late: false, birth: "own" },
});
const ZOËS_CARD = thing({
  ...{ do: "card", who: 0, city: "Ulm", n: 0, person: 0 },
  ...{ category: "Kunde", birth: "whole", email: true },
});
const HIDE = decision({ do: "rights", who: 0, release: true, agents: [] });
const SHOW = decision({ do: "rights", who: 0, release: false, agents: [] });

const dead = (call: number) =>
  running({ do: "die", who: 0, call, when: "after" });
type Edit = Extract<Thing, { do: "there" }>;
const edited = (fax: Edit["fax"], birth: Edit["birth"]) =>
  thing({ do: "there", who: 0, city: "Ulm", fax, pick: 0, birth });

describe("histories that once went wrong", () => {
  it("what was agreed to goes also where every poll announces everything, without versions", async () => {
    const unlisted = { ...TRAITS, tokens: false, listsVersions: false };
    const setting = { ...SETTING, traits: [unlisted, unlisted] } as const;
    const steps = [
      decision({ do: "bulk", count: 13 }),
      RUN,
      thing({ do: "strip", who: 0 }),
    ];
    expect((await tell({ setting, steps })).watch.faults).toEqual([]);
  });
  it("a record that leaves the scope and comes back finds the item that it had", async () =>
    expect(await faultsIn(ZOËS_CARD, RUN, HIDE, RUN, SHOW, RUN)).toEqual([]));

  it("the same where the process dies in between", async () => {
    for (let call = 1; call < 30; call += 1)
      expect(
        await faultsIn(ZOËS_CARD, RUN, HIDE, dead(call), RUN, SHOW, RUN),
      ).toEqual([]);
  });

  it("what was changed in an item whose making nobody remembers is in the journal once it is deleted", async () => {
    const gone = thing({ do: "remove", id: "3", late: false });
    for (let call = 12; call < 30; call += 1)
      expect(
        await faultsIn(BJÖRN, dead(call), edited("2", "keep"), gone, RUN),
      ).toEqual([]);
  });

  it("a birthday without a year that was put there is in the journal once the item is deleted", async () =>
    expect(
      await faultsIn(BJÖRN, RUN, edited("1", "year-less"), HIDE, RUN),
    ).toEqual([]));

  it("the same after a reset, which forgets what was agreed", async () => {
    const reset = decision({ do: "reset", who: 0, stream: "contacts" });
    const there = edited("1", "year-less");
    const dated = thing({ ...BJÖRN.step, birth: "other" } as Thing);
    const told = [dated, RUN, HIDE, reset, there, RUN];
    expect(await faultsIn(...told)).toEqual([]);
    expect(await faultsOnPlain(...told)).toEqual([]);
  });

  it("a birthday without a year that contradicts is named, also after something else was sent", async () => {
    const born = (fax: "1" | "") =>
      thing({ ...BJÖRN.step, birth: "other", fax } as Thing);
    const told = [born("1"), RUN, edited("1", "year-less"), born(""), RUN];
    expect(await faultsIn(...told)).toEqual([]);
    expect(await faultsOnPlain(...told)).toEqual([]);
  });

  it("what is lost there while a deletion is held is known once the record is there again", async () => {
    const many = (count: number) => decision({ do: "bulk", count });
    const none = decision({ do: "unbulk", what: "delete" });
    const drop = running({
      ...{ do: "meanwhile", who: 0, request: 1 },
      thing: { do: "drop", who: 0, stream: "contacts", pick: 2 },
    });
    expect(await faultsIn(many(11), RUN, none, drop, many(9))).toEqual([]);
  });

  it("more deletions than may go unasked are held also where something else is always due", async () => {
    const many = decision({ do: "bulk", count: 13 });
    const none = decision({ do: "unbulk", what: "delete" });
    const firm = thing({
      ...{ do: "firm", id: "0", city: "Ulm", fax: "1", late: false },
    });
    expect(await faultsOnPlain(many, firm, RUN, none, BJÖRN, RUN)).toEqual([]);
  });

  it("a birth date of a card that was imported without it comes in once it is wanted", async () => {
    const wants = (birthday: boolean) =>
      decision({
        ...{ do: "options", who: 0, policy: "ams-wins", tags: [], birthday },
        ...{ agentId: "", companies: false, editedSince: "", maxAgeDays: 0 },
        appointments: true,
      });
    const told = [wants(false), ZOËS_CARD, RUN, wants(true), RUN];
    expect(await faultsIn(...told)).toEqual([]);
    expect(await faultsOnPlain(...told)).toEqual([]);
  });

  it("what was changed in an item of unknown version is in the journal once it is deleted", async () => {
    const gone = thing({ do: "remove", id: "3", late: false });
    const unlisted = running({ do: "partial", who: 0, every: 1 });
    expect(
      await faultsOnPlain(BJÖRN, RUN, edited("2", "keep"), gone, unlisted, RUN),
    ).toEqual([]);
  });

  it("a create that arrives after its record was deleted is taken back", async () => {
    const late = (request: number) =>
      running({
        ...{ do: "fault", who: 0, request, times: 1, kind: "transient" },
        when: "late",
      });
    const gone = thing({ do: "remove", id: "3", late: false });
    for (let request = 1; request < 8; request += 1) {
      const told = [BJÖRN, late(request), gone, RUN];
      expect(await faultsIn(...told)).toEqual([]);
      expect(await faultsOnPlain(...told)).toEqual([]);
    }
  });

  it("a customer who was deleted in ams is not made anew of the card that was only matched", async () => {
    const card = thing({
      ...{ do: "card", who: 0, city: "Ulm", n: 0, person: 3 },
      ...{ category: "Kunde", birth: "whole", email: true },
    });
    const gone = thing({ do: "remove", id: "3", late: false });
    const note = thing({
      ...{ do: "scribble", who: 0, stream: "contacts", pick: 0 },
      words: "eins",
    });
    const reset = decision({ do: "reset", who: 0, stream: "contacts" });
    for (const later of [RUN, note, reset]) {
      const told = [BJÖRN, card, RUN, gone, RUN, later, RUN];
      expect(await faultsIn(...told)).toEqual([]);
      expect(await faultsOnPlain(...told)).toEqual([]);
      expect(await faultsOnPlain(...told, BJÖRN, RUN)).toEqual([]);
    }
  });

  it("what was changed in an appointment before a colleague took it over is in the journal", async () => {
    const visit = (owner: "7" | "8") =>
      thing({
        ...{ do: "visit", id: "1", date: "2024-03-31", times: "" },
        ...{ reason: "Übergabe", late: false, owner },
      });
    const moved = thing({
      ...{ do: "there-visit", who: 0, date: "2024-10-27", times: "" },
      ...{ reason: "Beratung", pick: 0 },
    });
    const told = [visit("7"), RUN, visit("8"), moved, RUN];
    expect(await faultsIn(...told)).toEqual([]);
    expect(await faultsOnPlain(...told)).toEqual([]);
  });
});

/** Each is red where one rule of the planner, the guard or the scope is left out. */
describe("histories at the edge of a rule", () => {
  const people = decision({ do: "approve", who: 0, part: false });
  const card = (n: number, person: number) =>
    thing({
      ...{ do: "card", who: 0, city: "Ulm", n, person },
      ...{ category: "Kunde", birth: "whole", email: true },
    });
  const forget = (stream: "contacts" | "appointments") =>
    thing({ do: "forget", stream, pick: 0, late: false });

  it("eleven of fifteen are asked about, ten are not", async () => {
    for (const what of ["delete", "clear", "agent"] as const)
      for (const count of [10, 11])
        expect(
          await faultsIn(
            decision({
              ...{ do: "rights", who: 0, release: true, agents: ["11"] },
            }),
            decision({ do: "bulk", count }),
            ...[BJÖRN, ZOËS_CARD, RUN],
            decision({ do: "unbulk", what }),
            ...[RUN, people, RUN],
          ),
        ).toEqual([]);
  });

  it("an approval covers what was shown, and nothing that was emptied since", async () => {
    const strip = thing({ do: "strip", who: 0 });
    const agents = (...some: ("11" | "12")[]) =>
      decision({ do: "rights", who: 0, release: true, agents: some });
    const bulk = decision({ do: "bulk", count: 13 });
    const unbulk = (what: "clear" | "agent") =>
      decision({ do: "unbulk", what });
    expect(
      await faultsIn(...[bulk, RUN, unbulk("clear"), RUN, people, strip, RUN]),
    ).toEqual([]);
    // Items were to go; then they stay, and what is emptied there would go from ams.
    expect(
      await faultsIn(
        ...[agents("11"), bulk, RUN, unbulk("agent"), RUN, people],
        ...[agents("11", "12"), strip, RUN],
      ),
    ).toEqual([]);
  });

  it("what was imported goes with its record, what was matched stays, and neither goes with the scope", async () => {
    const steps = [BJÖRN, card(0, 3), card(1, 1), RUN];
    const gone = thing({ do: "remove", id: "3", late: false });
    for (const then of [
      [gone, RUN],
      [forget("contacts"), RUN],
      [HIDE, RUN, SHOW],
      [HIDE, RUN, gone, forget("contacts"), RUN],
    ])
      for (const faults of [faultsIn, faultsOnPlain])
        expect(await faults(...steps, ...then, RUN)).toEqual([]);
  });

  it("what its user entered again in place of ours stays, whatever becomes of the record", async () => {
    const drop = thing({ do: "drop", who: 0, stream: "contacts", pick: 0 });
    const gone = thing({ do: "remove", id: "3", late: false });
    for (const end of [HIDE, gone])
      expect(
        await faultsIn(BJÖRN, RUN, drop, card(0, 3), RUN, end, RUN),
      ).toEqual([]);
  });

  it("what its user has made a series of stays when its record is deleted", async () => {
    const event = (shape: "timed" | "series") =>
      thing({
        ...{ do: "event", who: 0, reason: "Beratung", n: 0, shape },
        ...{ attendee: -1, secret: false, madeBefore: 0 },
      });
    expect(
      await faultsIn(
        ...[event("timed"), RUN, event("series"), forget("appointments"), RUN],
      ),
    ).toEqual([]);
  });

  it("whoever wants one tag gets nothing else", async () => {
    const vip = decision({
      ...{ do: "options", who: 0, policy: "ams-wins", tags: ["vip"] },
      ...{ birthday: true, agentId: "", companies: false, editedSince: "" },
      ...{ maxAgeDays: 0, appointments: true },
    });
    const plain = thing({ ...BJÖRN.step, tag: "" } as Thing);
    expect(await faultsIn(vip, plain, RUN, BJÖRN, RUN, plain, RUN)).toEqual([]);
  });

  it("a change in ams brings back what was lost there", async () => {
    const drop = thing({ do: "drop", who: 0, stream: "contacts", pick: 0 });
    const amend = thing({
      ...{ do: "amend", stream: "contacts", pick: 0, city: "Köln" },
      ...{ fax: "", reason: "", late: false },
    });
    for (const faults of [faultsIn, faultsOnPlain])
      expect(await faults(BJÖRN, RUN, drop, RUN, amend, RUN)).toEqual([]);
  });
});
