import { expect, it } from "vitest";
import { always, choosePoints, notAlways } from "./choose.js";
import { pointOf, pointText } from "./kill-point.js";
import { leastOf, untried } from "./least.js";
import type { Scenario } from "./scenario.js";
import { Tollhouse, type Passed } from "./tollhouse.js";

const passed = (
  wire: string,
  label: string,
  count: number,
): readonly Passed[] =>
  (["before", "after"] as const).map((when) => ({ wire, label, when, count }));

const scenario: Scenario = {
  name: "first",
  victims: ["state", "cloud-connector"],
  prepare: () => Promise.reject(new Error("nothing happens here")),
};

it("a kill point is read as it is written", () => {
  const text = "first | state | connector>state | Commit | 3 | after";
  expect(pointText(pointOf(text))).toBe(text);
  for (const wrong of [
    "first | nobody | connector>state | Commit | 3 | after",
    "first | state | connector>state | Commit | 0 | after",
    "first | state | connector>state | Commit | 3 | during",
    `${text} | more`,
    "",
  ])
    expect(() => pointOf(wrong)).toThrow("is no kill point");
});

it("what makes items is killed around its first and a middle one, at both ends", () => {
  const points = choosePoints(scenario, [
    ...passed("connector>state", "Commit", 5),
    ...passed("connector>dav", "PUT new card", 4),
    ...passed("connector>dav", "REPORT sync-collection", 2),
    ...passed("connector>settings", "GetAccount", 2),
    ...passed("state>db", "insert link", 2),
    ...passed("state>db", "commit links", 1),
    ...passed("state>db", "select link", 9),
    ...passed("connector>queue", "bzpopmin", 9),
  ]);
  expect(points.map(pointText)).toEqual([
    "first | state | connector>state | Commit | 1 | before",
    "first | state | connector>state | Commit | 3 | before",
    "first | cloud-connector | connector>state | Commit | 1 | before",
    "first | cloud-connector | connector>state | Commit | 3 | before",
    "first | state | connector>state | Commit | 1 | after",
    "first | state | connector>state | Commit | 3 | after",
    "first | cloud-connector | connector>state | Commit | 1 | after",
    "first | cloud-connector | connector>state | Commit | 3 | after",
    "first | cloud-connector | connector>dav | PUT new card | 1 | before",
    "first | cloud-connector | connector>dav | PUT new card | 2 | before",
    "first | cloud-connector | connector>dav | PUT new card | 1 | after",
    "first | cloud-connector | connector>dav | PUT new card | 2 | after",
    "first | cloud-connector | connector>dav | REPORT sync-collection | 1 | after",
    "first | cloud-connector | connector>settings | GetAccount | 1 | before",
    "first | cloud-connector | connector>settings | GetAccount | 1 | after",
    "first | state | state>db | insert link | 1 | after",
    "first | state | state>db | commit links | 1 | before",
    "first | state | state>db | commit links | 1 | after",
  ]);
});

it("what another scenario has tried is tried again only where items are made", () => {
  const seen = [
    ...passed("connector>dav", "DELETE card", 1),
    ...passed("connector>state", "EndRun", 1),
  ];
  const known = new Set<string>();
  expect(choosePoints(scenario, seen, known)).toHaveLength(6);
  expect(choosePoints(scenario, seen, known).map(({ label }) => label)).toEqual(
    ["DELETE card", "DELETE card"],
  );
});

it("a place that must have been tried is missed when it was not", () => {
  const least = leastOf("PostgreSQL", () => true);
  expect(least.length).toBe(191);
  expect(new Set(least).size).toBe(least.length);
  const tried = least.map((place) =>
    pointOf(place.replace(/^(.*) \| (\w+)$/, "first | $1 | 1 | $2")),
  );
  expect(untried(least, tried)).toEqual([]);
  expect(untried(least, tried.slice(1))).toEqual([least[0]]);
  const queue = ({ wire }: { readonly wire: string }) =>
    wire.endsWith(">queue");
  expect(leastOf("Redis", queue)).toContain(
    "state | state>queue | adds a job to the queue | before",
  );
});

it("what does not pass every time is told", () => {
  const rounds = [
    [...passed("a>state", "EndRun", 3), ...passed("a>state", "BeginRun", 1)],
    passed("a>state", "EndRun", 2),
  ];
  expect(notAlways(rounds)).toEqual(passed("a>state", "BeginRun", 1));
  expect(notAlways([rounds[1]!, rounds[1]!])).toEqual([]);
});

it("only what passes every time is a place", () => {
  expect(
    always([
      [...passed("a>state", "EndRun", 3), ...passed("a>state", "RenewRun", 1)],
      passed("a>state", "EndRun", 2),
    ]),
  ).toEqual(passed("a>state", "EndRun", 2));
});

it("strikes at the one message that is meant, once", () => {
  const tollhouse = new Tollhouse();
  const commit = {
    wire: "connector>state",
    label: "Commit",
    when: "after",
  } as const;
  tollhouse.toll(commit);
  let strikes = 0;
  tollhouse.arm({ ...commit, nth: 2 }, () => (strikes += 1));
  const passes = [
    tollhouse.toll({ ...commit, when: "before" }),
    tollhouse.toll(commit),
    tollhouse.toll({ ...commit, wire: "capture>state" }),
    tollhouse.toll(commit),
    tollhouse.toll(commit),
  ];
  expect(passes).toEqual([true, true, true, false, true]);
  expect(strikes).toBe(1);
});
