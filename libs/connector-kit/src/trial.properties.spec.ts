import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import { MemoryWorld, customer } from "./memory/index.js";

vi.setConfig({ testTimeout: 120_000 });

const HISTORIES = Number(process.env["HISTORIES"] ?? 300);

const IDS = ["1", "2", "3", "4", "5", "6"];
const id = fc.constantFrom(...IDS);
const city = fc.constantFrom("Ulm", "Köln", null);
const change = fc.oneof(
  fc.record({
    do: fc.constant("here" as const),
    ...{ id, city, vip: fc.boolean() },
  }),
  fc.record({ do: fc.constant("there" as const), id, city }),
  fc.record({ do: fc.constant("foreign" as const), id, kunde: fc.boolean() }),
  fc.record({ do: fc.constant("delete-here" as const), id }),
  fc.record({ do: fc.constant("delete-there" as const), id }),
);
const save = fc.record({
  vip: fc.boolean(),
  policy: fc.constantFrom("ams-wins" as const, "remote-wins" as const),
  reset: fc.boolean(),
  first: fc.boolean(),
});
type Change = typeof change extends fc.Arbitrary<infer S> ? S : never;

const NAMES = ["Müller", "Groß", "Öztürk", "Weiß", "Schröder", "Maß", "Voß"];

const carryOut = (world: MemoryWorld, one: Change): void => {
  const at = world.stream().links.get(`customer/${one.id}`)?.itemId ?? "";
  const name = { firstName: "Zoë", lastName: NAMES[Number(one.id)] ?? "" };
  switch (one.do) {
    case "here":
      world.commit([
        {
          ...customer(one.id, { ...name, city: one.city }, 0),
          tags: one.vip ? ["VIP"] : [],
        } as ReturnType<typeof customer>,
      ]);
      break;
    case "there":
      if (world.remote.items.has(at))
        world.remote.edit(at, { city: one.city ?? undefined });
      break;
    case "foreign":
      world.remote.add(
        `/contacts/fremd-${one.id}.vcf`,
        `fremd-${one.id}`,
        { type: "private", fields: { ...name, city: "Bonn" } },
        one.kunde ? { categories: ["Kunde"] } : {},
      );
      break;
    case "delete-here":
      world.commit([], [{ kind: "customer", id: one.id }]);
      break;
    case "delete-there":
      if (world.remote.items.has(at)) world.remote.lose(at);
  }
};

const rest = async (world: MemoryWorld): Promise<void> => {
  for (let round = 0; round < 4; round += 1) {
    await world.clock.advance(3_600_001);
    world.stream().remoteDue = true;
    world.account().dueAt = 0;
    await world.settle(30);
  }
};

const both = (world: MemoryWorld) => ({
  items: new Map(
    [...world.remote.items].map(([at, { form }]) => [at, form.fields]),
  ),
  records: new Map(
    [...world.ams.records].map(([key, { values }]) => [key, values]),
  ),
});
type Both = ReturnType<typeof both>;

const emptied = (before: object, after: object): readonly string[] =>
  Object.entries(before).flatMap(([name, value]) =>
    value && !(after as Record<string, unknown>)[name] ? [name] : [],
  );

/** What is there less than before: `delete <record>`, `clear <record> <field>`. */
const removals = (
  world: MemoryWorld,
  before: Both,
  recordOf: ReadonlyMap<string, string>,
) => {
  const after = both(world);
  const lost = [...before.items].flatMap(([at, fields]) => {
    const record = recordOf.get(at) ?? at;
    const now = after.items.get(at);
    return now
      ? emptied(fields, now).map((name) => `clear ${record} ${name}`)
      : [`delete ${record}`];
  });
  const here = [...before.records].flatMap(([key, values]) =>
    emptied(values, after.records.get(key) ?? {}).map(
      (name) => `clear ${key} ${name}`,
    ),
  );
  return [...lost, ...here];
};

it("a trial changes nothing, and what goes afterwards was shown", async () => {
  let shownOnes = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 3, maxLength: 14 }),
      save,
      fc.array(change, { maxLength: 4 }),
      fc.boolean(),
      async (history, { vip, policy, reset, first }, meanwhile, planned) => {
        const world = new MemoryWorld();
        world.remote.inward = ["contacts", "appointments"];
        world.limits = { ...world.limits, sliceSize: 3 };
        for (const one of history) {
          carryOut(world, one);
          if (first) continue;
          world.stream().remoteDue = true;
          world.account().dueAt = 0;
          await world.settle(30);
        }
        const { accountId } = world.key;
        const { contacts } = world.options;
        if (!contacts) throw new Error("Contacts are on.");
        const tags = vip ? ["VIP"] : [];
        world.options = {
          ...world.options,
          policy,
          contacts: { ...contacts, tags },
        };
        world.settingsVersion = 2n;
        if (first)
          world.state.connect(world.key, ["contacts", "appointments"], true);
        if (reset) world.state.reset(accountId, "contacts", true);
        world.state.announce(accountId, 2n, [], true);
        const untried = both(world);
        await rest(world);
        const { trial, links } = world.stream();
        // An empty plan has closed by itself, and a place without items is no question.
        if (!trial.preview && first && untried.items.size === 0) return;
        expect(both(world)).toEqual(untried);
        if (!trial.preview) return;
        shownOnes += 1;
        for (const one of meanwhile) carryOut(world, one);
        const before = both(world);
        if (planned) await rest(world);
        expect(both(world)).toEqual(before);
        const recordOf = new Map(
          [...links.values()].map((link) => [
            link.itemId,
            `${link.kind}/${link.recordId}`,
          ]),
        );
        const { entries } = trial;
        if (trial.preview)
          expect(world.state.applyPreview(accountId, "contacts")).toBe(true);
        await rest(world);
        const may = entries.flatMap(({ action, record, fields }) => {
          const key = record && `${record.kind}/${record.recordId}`;
          if (action === "delete") return [`delete ${key}`];
          return action === "clear"
            ? fields.map((name) => `clear ${key} ${name}`)
            : [];
        });
        for (const one of removals(world, before, recordOf))
          expect(may).toContain(one);
      },
    ),
    { numRuns: Math.ceil(HISTORIES / 2) },
  );
  expect(shownOnes).toBeGreaterThan(HISTORIES / 10);
});
