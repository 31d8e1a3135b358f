import { matchTraits, sameByBirth } from "@ams-sync/sync-core";
import type { Contact, PlainDate } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { amsWorld, TENANT, type AmsWorld } from "../testing/ams-world.js";
import { askedOf, KEYS_QUERY, keysOf } from "./candidates.js";
import { ANY_NAME, nameKeysOf } from "./name-keys.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());

type Name = readonly [firstName: string, lastName: string];

const born = ([firstName, lastName]: Name): Contact => ({
  type: "private",
  fields: {
    ...(firstName !== "" && { firstName }),
    ...(lastName !== "" && { lastName }),
    birthDate: "1900-01-01" as PlainDate,
  },
});
const traitsOf = (name: Name) => matchTraits(born(name), () => undefined);
const asks = (name: Name) => nameKeysOf(born(name), traitsOf(name));

/** What the database keeps of them. */
const keysIn = async (names: readonly Name[]) => {
  const { rows } = await world.owner.query<{ keys: string[] | null }>(
    `select ams.name_keys('private', f, l) as keys
     from unnest($1::text[], $2::text[]) with ordinality n (f, l, i) order by i`,
    [names.map(([first]) => first), names.map(([, last]) => last)],
  );
  return rows.map(({ keys }) => keys ?? []);
};

/** All letters and signs of the basic plane that a text may hold. */
const SIGNS = Array.from({ length: 0xfffe }, (_, at) =>
  String.fromCharCode(at + 1),
).filter((sign) => !/\p{Cs}/u.test(sign));

it("are those of the model, whatever sign stands in a name", async () => {
  const names = SIGNS.map((sign): Name => ["Jost", `Aa${sign}Uu${sign}`]);
  const kept = await keysIn(names);
  const sure = names.filter((name, at) => {
    const keys = kept[at] ?? [];
    if (keys.includes(ANY_NAME)) return false;
    expect(
      [...keys].sort(),
      `U+${SIGNS[at]?.codePointAt(0)?.toString(16)}`,
    ).toEqual((asks(name) ?? []).filter((key) => key !== ANY_NAME).sort());
    return true;
  });
  expect(sure.length).toBeGreaterThan(380);
});

const WORDS = [
  ...[
    "Anna",
    "Maria",
    "A.",
    "M",
    "Müller",
    "Mueller",
    "MÜLLER",
    "Mu\u0308ller",
  ],
  ...["Weiß", "WEISS", "Dr.", "med.", "Phil", "Herr", "Frau", "von", "der"],
  ...["Łukasz", "łukasz", "Søren", "Ștefan", "Иван", "李", "–", "’", "2.", ""],
  ...["Ana", "Müller–Weiß", "Dipl.-Ing.", "x".repeat(41)],
];
const some = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 4 })
  .map((words) => words.join(" "));
const anyName = fc.tuple(some, some);

it("find whoever is the same by name and day", async () => {
  const pairs = fc.sample(fc.tuple(anyName, anyName), 20_000);
  const same = pairs.filter(([item, record]) =>
    sameByBirth(traitsOf(item), traitsOf(record)),
  );
  expect(same.length).toBeGreaterThan(500);
  const kept = await keysIn(same.map(([, record]) => record));
  const missed = same.filter(([item], at) => {
    const asked = asks(item);
    return asked && !asked.some((key) => kept[at]?.includes(key));
  });
  expect(missed).toEqual([]);
  const narrow = same.filter(([item]) => asks(item) !== undefined);
  expect(narrow.length).toBeGreaterThan(100);
});

it("of a crowd with one date read the namesakes only, however large it is", async () => {
  const crowd = (from: number, to: number) =>
    world.owner.query(
      `insert into ams.customer (tenant_id, kind, first_name, last_name, birth_date)
       select $1, 'private', 'Jost', 'Groß' || i, '1900-01-01' from generate_series($2::int, $3::int) i`,
      [TENANT, from, to],
    );
  const contact = born(["Jost", "Groß17"]);
  const keys = [...keysOf([askedOf(contact)])];
  const rowsRead = async () => {
    await world.owner.query("analyze ams.customer");
    await world.owner.query("begin");
    await world.owner.query("select set_config('app.tenant_id', $1, true)", [
      TENANT,
    ]);
    await world.owner.query("set local role ams_sync_connector");
    const { rows } = await world.owner.query<{ "QUERY PLAN": [Plan] }>(
      `explain (analyze, format json) ${KEYS_QUERY}`,
      keys.map((some) => [...some]),
    );
    await world.owner.query("rollback");
    const [row] = rows;
    return row ? touched(row["QUERY PLAN"][0].Plan) : -1;
  };
  await crowd(1, 1_000);
  expect(await rowsRead()).toBe(1);
  await crowd(1_001, 20_000);
  expect(await rowsRead()).toBe(1);
});

interface Plan {
  readonly Plan: PlanNode;
}
interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly Plans?: readonly PlanNode[];
}
/** Rows that were looked at, those that were left out included. */
const touched = (node: PlanNode): number =>
  (node["Node Type"].includes("Scan") &&
  !node["Node Type"].startsWith("Bitmap I")
    ? node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)
    : 0) + (node.Plans ?? []).reduce((sum, one) => sum + touched(one), 0);
