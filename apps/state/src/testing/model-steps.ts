import type { Entry, Outcome } from "@ams-sync/connector-kit";
import fc from "fast-check";

/** What may happen to a stream, and what a run makes of its entries: the same on both sides of a comparison. */

const RECORDS = ["1", "2", "3", "4"];
const ITEMS = ["i1", "i2", "i3", "x", "y"];
const MANY = Array.from({ length: 12 }, (_, index) => String(100 + index));

export const step = fc.oneof(
  fc.record({
    do: fc.constant("change" as const),
    ids: fc.oneof(fc.subarray(RECORDS, { minLength: 1 }), fc.constant(MANY)),
    deleted: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("announce" as const),
    ids: fc.subarray(ITEMS, { minLength: 1 }),
    version: fc.constantFrom("1", "2"),
    gone: fc.boolean(),
    more: fc.boolean(),
    anew: fc.boolean(),
  }),
  fc.record({
    do: fc.constant("work" as const),
    limit: fc.constantFrom(2, 50),
    seed: fc.nat(1_000),
    kind: fc.constantFrom(
      "mixed" as const,
      "agree" as const,
      "intend" as const,
    ),
  }),
  fc.record({
    do: fc.constant("approve" as const),
    count: fc.constantFrom(1, 50),
  }),
  fc.record({
    do: fc.constant("item" as const),
    answer: fc.constantFrom(
      "link" as const,
      "create" as const,
      "leave" as const,
    ),
    record: fc.constantFrom(...RECORDS),
  }),
  fc.record({ do: fc.constant("lost" as const), restore: fc.boolean() }),
  fc.record({
    do: fc.constant("again" as const),
    reset: fc.boolean(),
    preview: fc.boolean(),
  }),
  fc.record({ do: fc.constant("apply" as const), late: fc.boolean() }),
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export const nameOf = (entry: Entry): string =>
  entry.side === "ams" ? entry.recordId : entry.itemId;

/** The same for the same entry, on both sides. */
const draw = (text: string, seed: number, of: number): number =>
  [...text].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), seed) % of;

const SHOWN = ["adopt", "create", "clear", "delete", "update"] as const;

const shownOf = (
  entry: Entry,
  recordId: string,
  number: bigint,
  seed: number,
): Outcome => {
  const name = nameOf(entry);
  return {
    type: "shown",
    number,
    action: SHOWN[draw(name, seed, SHOWN.length)]!,
    fields: [["fax"], ["city", "fax"], []][draw(name, seed, 3)]!,
    conflict: draw(name, seed, 2) === 0,
    ...(draw(name, seed, 7) > 0 && { record: { kind: "customer", recordId } }),
    ...(entry.side === "remote" && { itemId: entry.itemId }),
  };
};

export const outcomeOf = (
  entry: Entry,
  { seed, kind }: Extract<Step, { do: "work" }>,
  trial: bigint | undefined,
): Outcome => {
  const name = nameOf(entry);
  const recordId =
    entry.link?.recordId ??
    (entry.side === "ams"
      ? entry.recordId
      : entry.decision?.answer === "link"
        ? entry.decision.recordId
        : RECORDS[draw(name, seed, RECORDS.length)]!);
  // Some that both trial and run remember alike.
  if (trial !== undefined && draw(name, seed, 5) > 0)
    return shownOf(entry, recordId, trial, seed);
  const agreed: Outcome = {
    type: "linked",
    link: {
      kind: "customer",
      recordId,
      itemId:
        entry.side === "remote"
          ? entry.itemId
          : (entry.link?.itemId ?? `i${recordId}`),
      itemVersion: "1",
      hash: "h",
      fields: "{}",
      origin: "created",
    },
    destructive: draw(name, seed, 2) === 0,
  };
  const removal = draw(name, seed, 2) === 0 ? "delete" : "clear";
  if (kind === "agree") return agreed;
  if (kind === "intend")
    return entry.released
      ? { type: "unlinked", destructive: true }
      : {
          type: "intend",
          removal,
          fields: [["fax"], ["city", "fax"], []][draw(name, seed, 3)]!,
        };
  const choice = draw(name, seed, 8);
  if (choice === 0) return { type: "unlinked", destructive: true };
  if (choice === 1)
    return {
      type: "lost",
      ...(draw(name, seed, 2) === 0 && { itemVersion: "2" }),
    };
  if (choice === 2)
    return {
      type: "intend",
      removal,
      fields: [["fax"], ["city", "fax"], []][draw(name, seed, 3)]!,
    };
  if (choice === 3) return { type: "untouched" };
  if (choice === 4)
    return {
      ...{ type: "set-aside", code: "c", message: "m", retryInMs: 0 },
      ...(draw(name, seed, 3) === 0 && { look: true }),
    };
  if (choice === 5) return { type: "mark-sent", fields: ["city"] };
  return entry.side === "remote" && !entry.link
    ? {
        type: "left",
        reason: "no-category",
        keys: [`k-${draw(name, seed, 2)}`],
        candidates: [{ kind: "customer", recordId: "1" }],
      }
    : agreed;
};

const plan = (seed: number, kind: "mixed" | "agree" | "intend" = "agree") =>
  ({ do: "work", limit: 50, seed, kind }) as const;
const again = (reset = false, preview = false) =>
  ({ do: "again", reset, preview }) as const;
const list = (ids: string[], version = "1") =>
  ({
    ...{ do: "announce", ids, version },
    ...{ gone: false, more: false, anew: false },
  }) as const;

/** All that a preview goes through, which histories by chance seldom do. */
export const PREVIEWED: readonly [boolean, Step[]][] = [
  [
    true,
    [
      ...[list(["x", "y"]), plan(1), plan(2), again()],
      ...[plan(3), plan(4), again(), { do: "apply", late: true }],
      ...[{ do: "apply", late: false } as const, plan(5, "intend"), again()],
      ...[plan(6, "intend"), { do: "approve", count: 1 } as const, plan(7)],
    ] as Step[],
  ],
  [
    false,
    [
      ...[list(["i1", "x"]), { do: "change", ids: MANY, deleted: false }],
      ...[plan(1), plan(2), again(true, true), list(["i1", "x", "y"])],
      ...[plan(8), plan(9), plan(10), plan(11), again(), again()],
      ...[{ do: "change", ids: ["1"], deleted: true }, plan(12), plan(13)],
      ...[{ do: "apply", late: false }, plan(14, "intend"), again()],
      ...[{ do: "change", ids: MANY, deleted: true }, plan(15, "intend")],
      ...[plan(16, "intend"), again(), again(false, true), plan(17), again()],
    ] as Step[],
  ],
];
