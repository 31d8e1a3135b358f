import { describe, expect, it } from "vitest";
import { writesOf, type Holder, type StandingEntry } from "./result.js";
import type { NewLink, Outcome, Result } from "./result.js";

const ams = (entryId: string, recordId: string): StandingEntry => ({
  entryId,
  position: "5",
  side: "ams",
  kind: "customer",
  recordId,
  itemId: null,
  itemVersion: null,
  approved: null,
  appearedAt: null,
});
const remote = (entryId: string, itemId: string): StandingEntry => ({
  entryId,
  position: "5",
  side: "remote",
  kind: null,
  recordId: null,
  itemId,
  itemVersion: null,
  approved: null,
  appearedAt: null,
});
const link = (recordId: string, itemId: string): NewLink => ({
  kind: "customer",
  recordId,
  itemId,
  hash: "h",
  fields: "{}",
  origin: "created",
});
const linked = (recordId: string, itemId: string): Outcome => ({
  type: "linked",
  link: link(recordId, itemId),
  conflicts: [],
  destructive: false,
});
const holder = (recordId: string, itemId: string): Holder => ({
  kind: "customer",
  recordId,
  itemId,
  vacant: false,
});

const NOTHING = {
  lost: [],
  intend: [],
  left: [],
  shown: [],
  conflicts: [],
  deletes: 0,
  clears: 0,
};
const unlinked: Outcome = { type: "unlinked", destructive: false };

const sorted = (
  entries: readonly StandingEntry[],
  outcomes: readonly Outcome[],
  holders: readonly Holder[] = [],
  position = "5",
) =>
  writesOf(
    entries.map(({ entryId }, index): Result => ({
      entryId,
      position,
      outcome: outcomes[index] ?? { type: "untouched" },
    })),
    new Map(entries.map((entry) => [entry.entryId, entry])),
    holders,
  );

describe("an item that two records claim", () => {
  it("stays with the record that holds it", () => {
    const writes = sorted(
      [ams("1", "20")],
      [linked("20", "Müller.vcf")],
      [holder("10", "Müller.vcf")],
    );
    expect(writes.links).toEqual([]);
    expect(writes.strike).toEqual([]);
    expect(writes.setAside).toMatchObject([
      { entryId: "1", code: "item-linked-elsewhere", retryInMs: 0n },
    ]);
  });

  it("goes to the first of one commit", () => {
    const writes = sorted(
      [ams("1", "10"), ams("2", "20")],
      [linked("10", "a"), linked("20", "a")],
    );
    expect(writes.links).toEqual([link("10", "a")]);
    expect(writes.strike).toEqual(["1"]);
    expect(writes.setAside.map(({ entryId }) => entryId)).toEqual(["2"]);
  });

  it("is free once the same commit unlinks it", () => {
    const writes = sorted(
      [ams("1", "10"), ams("2", "20")],
      [unlinked, linked("20", "a")],
      [holder("10", "a")],
    );
    expect(writes.unlinkRecords).toEqual([
      { kind: "customer", recordId: "10" },
    ]);
    expect(writes.links).toEqual([link("20", "a")]);
    expect(writes.setAside).toEqual([]);
  });

  it("is no claim of the record that holds it already", () => {
    const writes = sorted(
      [ams("1", "10")],
      [linked("10", "a")],
      [holder("10", "a")],
    );
    expect(writes.links).toHaveLength(1);
  });
});

it("writes one link where a record's own entry and its item's are in one commit", () => {
  const writes = sorted(
    [ams("1", "10"), remote("2", "a")],
    [linked("10", "a"), linked("10", "a")],
  );
  expect(writes.links).toHaveLength(1);
  expect(writes.strike).toEqual(["1", "2"]);
});

it("unlinks by record and by item", () => {
  const writes = sorted(
    [ams("1", "10"), remote("2", "b")],
    [unlinked, unlinked],
  );
  expect(writes.unlinkRecords).toHaveLength(1);
  expect(writes.unlinkItems).toEqual(["b"]);
});

it("keeps an entry at another position, with what was done remembered", () => {
  const aside: Outcome = {
    type: "set-aside",
    code: "rejected",
    message: "",
    retryInMs: 1n,
    look: false,
  };
  const writes = sorted(
    [ams("1", "10"), ams("2", "20"), ams("3", "30"), ams("4", "40")],
    [
      linked("10", "a"),
      aside,
      { type: "untouched" },
      { type: "mark-sent", fields: ["city"] },
    ],
    [],
    "4",
  );
  expect(writes).toEqual({
    ...NOTHING,
    links: [link("10", "a")],
    told: ["1", "2", "3", "4"],
    unlinkRecords: [],
    unlinkItems: [],
    strike: [],
    setAside: [],
    markSent: [{ entryId: "4", fields: ["city"] }],
    clearSent: ["1"],
  });
});

it("does nothing for entries that are gone", () => {
  const writes = writesOf(
    [{ entryId: "1", position: "5", outcome: linked("10", "a") }],
    new Map(),
    [],
  );
  const written = Object.values(writes).flat();
  expect(written.filter((one) => one !== 0)).toEqual([]);
});

describe("a record that two items claim", () => {
  const other = { ...holder("10", "old"), vacant: false };

  it("keeps the item that it has", () => {
    const writes = sorted([remote("1", "a")], [linked("10", "a")], [other]);
    expect(writes.links).toEqual([]);
    expect(writes.setAside).toMatchObject([
      { entryId: "1", code: "record-linked-elsewhere" },
    ]);
  });

  it("takes another one where that is missing or nothing is agreed, and where its own entry says so", () => {
    const vacant = { ...other, vacant: true };
    for (const [entries, held] of [
      [[remote("1", "a")], vacant],
      [[remote("1", "a"), remote("2", "old")], other],
      [[remote("1", "a"), ams("2", "10")], other],
    ] as const)
      expect(
        sorted(
          entries,
          entries.map(() => linked("10", "a")),
          [held],
        ),
      ).toMatchObject({ links: [link("10", "a")], setAside: [] });
  });

  it("goes to the first of one commit", () => {
    const writes = sorted(
      [remote("1", "a"), remote("2", "b")],
      [linked("10", "a"), linked("10", "b")],
    );
    expect(writes.links).toEqual([link("10", "a")]);
    expect(writes.setAside).toMatchObject([{ entryId: "2" }]);
  });
});

describe("what the guard counts", () => {
  const gone: Outcome = { type: "unlinked", destructive: true };
  const emptied: Outcome = {
    type: "linked",
    link: link("20", "b"),
    conflicts: [],
    destructive: true,
  };

  it("counts a record once, whoever tells of it", () => {
    const writes = sorted(
      [ams("1", "10"), remote("2", "a"), ams("3", "20"), remote("4", "b")],
      [gone, gone, emptied, emptied],
      [holder("10", "a"), holder("20", "b")],
    );
    expect(writes).toMatchObject({ deletes: 1, clears: 1 });
  });

  it.each([
    ["delete", gone, 0],
    ["clear", gone, 1],
    [null, gone, 1],
  ] as const)("of a deletion approved as %s", (approved, outcome, deletes) => {
    const entries = [{ ...ams("1", "10"), approved }];
    expect(sorted(entries, [outcome])).toMatchObject({ deletes });
  });

  it("counts no less than was approved", () => {
    const entries = [{ ...ams("3", "20"), approved: "delete" as const }];
    expect(sorted(entries, [emptied])).toMatchObject({ clears: 0 });
  });

  it.each(["clear", "delete"] as const)(
    "counts what went unasked, though a %s of the entry was approved",
    (approved) => {
      const entries = [{ ...ams("3", "20"), approved }];
      const unasked = { ...emptied, unasked: true };
      expect(sorted(entries, [unasked])).toMatchObject({ clears: 1 });
    },
  );

  it("counts a deletion that went unasked", () => {
    const entries = [{ ...ams("3", "20"), approved: "delete" as const }];
    const unasked = { ...gone, unasked: true };
    expect(sorted(entries, [unasked])).toMatchObject({ deletes: 1 });
  });
});
