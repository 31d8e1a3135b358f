import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { merge } from "./merge.js";
import type { MergeInput } from "./merge.js";
import { plan } from "./plan.js";
import { isDestructive } from "./plan-types.js";
import type { Action, ItemView, LinkView, PlanInput } from "./plan-types.js";

const POLICIES = ["ams-wins", "remote-wins"] as const;
const CONTACT = ["lastName", "street", "city", "postalCode", "birthDate"];
const EVENT = ["date", "reason", "from", "to"];

const some = (values: readonly string[]) =>
  fc.constantFrom(undefined, ...values);
const formOf = (
  names: readonly string[],
  values: readonly (string | undefined)[],
): Fields =>
  Object.fromEntries(
    names.flatMap((name, index) => {
      const value = values[index];
      return value === undefined ? [] : [[name, value]];
    }),
  );
const contact: fc.Arbitrary<Fields> = fc
  .tuple(
    some(["Müller", "Möller", "Zoë"]),
    some(["Weg 1", "Weg 2"]),
    some(["Ulm", "Köln", "Bonn"]),
    some(["89073", "50667"]),
    some(["1980-02-29", "1981-03-01"]),
  )
  .map((values) => formOf(CONTACT, values));
const clock = fc.constantFrom("08:00", "09:00", "10:00", "22:00");
const event: fc.Arbitrary<Fields> = fc
  .tuple(
    fc.constantFrom("2024-02-29", "2024-03-31"),
    some(["Beratung", "Besuch"]),
    fc.option(fc.tuple(clock, clock), { nil: undefined }),
  )
  .map(([date, reason, times]) =>
    formOf(EVENT, [date, reason, times?.[0], times?.[1]]),
  );

const kinds = [
  { names: CONTACT, form: contact },
  { names: EVENT, form: event },
];
/** Fields of one kind that two sides and their last agreement hold. */
const merging: fc.Arbitrary<MergeInput> = fc.oneof(
  ...kinds.map(({ names, form }) =>
    fc.record({
      record: form,
      item: form,
      base: fc.oneof(form, fc.constant({})),
      policy: fc.constantFrom(...POLICIES),
      fieldNames: fc.oneof(fc.constant(names), fc.subarray(names)),
      inward: fc.boolean(),
    }),
  ),
);

const emptied = (before: Fields, after: Fields) =>
  Object.keys(before).filter((name) => after[name] === undefined);

describe("merge, both ways", () => {
  it("leaves fields outside fieldNames as they are on either side", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields, base } = merge(given);
        for (const name of [...CONTACT, ...EVENT]) {
          if (given.fieldNames.includes(name)) continue;
          expect(record[name]).toBe(given.record[name]);
          expect(fields[name]).toBe(given.item[name]);
          expect([undefined, given.base[name]]).toContain(base[name]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("clears nothing that was not agreed to be filled", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields } = merge(given);
        const gone = [
          ...emptied(given.record, record),
          ...emptied(given.item, fields),
        ];
        expect(gone.filter((one) => given.base[one] === undefined)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it("brings both sides to one form, which is what they agree on", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const { record, fields, base } = merge(given);
        for (const name of given.fieldNames) {
          expect(fields[name]).toBe(record[name]);
          expect(base[name]).toBe(record[name]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("takes every value from one of the sides, and a change of one side only goes through", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const { record, conflicts } = merge(given);
        const contested = new Set(conflicts.map(({ field }) => field));
        for (const name of given.fieldNames) {
          const [here, there, old] = [given.record, given.item, given.base].map(
            (form) => form[name],
          );
          expect([here, there]).toContain(record[name]);
          if (here === old && !contested.has(name))
            expect(record[name]).toBe(there);
          if (there === old && !contested.has(name))
            expect(record[name]).toBe(here);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps in the journal every change that is overwritten, and nothing else", () => {
    fc.assert(
      fc.property(merging, (given) => {
        const { record, fields, conflicts } = merge(given);
        const told = new Map(conflicts.map((one) => [one.field, one]));
        expect(told.size).toBe(conflicts.length);
        for (const name of given.fieldNames) {
          const lostThere =
            fields[name] !== given.item[name] &&
            given.item[name] !== given.base[name];
          const lostHere =
            record[name] !== given.record[name] &&
            given.record[name] !== given.base[name];
          expect(told.get(name)).toEqual(
            lostThere || lostHere
              ? {
                  field: name,
                  winner: lostThere ? "ams" : "remote",
                  ...(given.record[name] !== undefined && {
                    ams: given.record[name],
                  }),
                  ...(given.item[name] !== undefined && {
                    remote: given.item[name],
                  }),
                }
              : undefined,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is the same from the other side under the other policy", () => {
    fc.assert(
      fc.property(merging, (some) => {
        const given = { ...some, inward: true };
        const straight = merge(given);
        const mirrored = merge({
          ...given,
          record: given.item,
          item: given.record,
          policy: given.policy === "ams-wins" ? "remote-wins" : "ams-wins",
        });
        expect(mirrored.record).toEqual(straight.fields);
        expect(mirrored.fields).toEqual(straight.record);
        for (const name of given.fieldNames)
          expect(mirrored.base[name]).toBe(straight.base[name]);
        expect(mirrored.sent).toEqual(straight.received);
        expect(mirrored.received).toEqual(straight.sent);
        expect(
          mirrored.conflicts.map(({ field, winner }) => [field, winner]),
        ).toEqual(
          straight.conflicts.map(({ field, winner }) => [
            field,
            winner === "ams" ? "remote" : "ams",
          ]),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("never ends an appointment that has no start", () => {
    fc.assert(
      fc.property(merging, (given) => {
        if (given.fieldNames !== EVENT) return;
        const { record, fields } = merge(given);
        for (const side of [record, fields])
          expect(side["from"] === undefined).toBe(side["to"] === undefined);
      }),
      { numRuns: 3000 },
    );
  });
});

/** Both sides of one entry: what a kit, a server and ams make of the plan. */
interface World {
  link: LinkView | undefined;
  record: Fields;
  item: Extract<ItemView, { state: "present" }> | { readonly state: "absent" };
  version: number;
  journal: string[];
}

/** Where the process dies: after the inward effect, after the outward one, or not at all. */
type Death = "after-inward" | "after-outward" | "never";

type Settings = Pick<PlanInput, "policy" | "fieldNames" | "inward" | "type">;

const apply = (world: World, action: Action, death: Death): void => {
  if (action.do === "update" || action.do === "take") {
    const { inward } = action;
    // Only what is named is written.
    if (inward)
      world.record = Object.fromEntries(
        [
          ...Object.entries(world.record).filter(
            ([name]) => !inward.received.includes(name),
          ),
          ...inward.received.map((name) => [name, inward.fields[name]]),
        ].filter(([, value]) => value !== undefined),
      ) as Fields;
    if (death === "after-inward") return;
  }
  if (action.do === "create" || action.do === "update") {
    world.version += 1;
    world.item = {
      state: "present",
      fields: action.fields,
      version: `v${world.version}`,
      own: true,
    };
    if (death !== "never") return;
  }
  const shown = world.item.state === "present" ? world.item.version : undefined;
  if (
    action.do === "create" ||
    action.do === "update" ||
    action.do === "take" ||
    action.do === "link"
  ) {
    if (death !== "never") return;
    const itemVersion =
      action.do === "link" || action.do === "take" ? action.itemVersion : shown;
    world.link = {
      origin: action.origin,
      itemId: "/a/7.vcf",
      base: action.base,
      ...(itemVersion !== undefined && { itemVersion }),
    };
    if ("conflicts" in action)
      for (const { field } of action.conflicts) world.journal.push(field);
  }
  if (action.do === "lose" && world.link)
    world.link = { ...world.link, lost: "noticed" };
};

const work = (
  world: World,
  settings: Settings,
  death: Death = "never",
): Action => {
  let item: ItemView = { state: "unread" };
  for (let turn = 0; turn < 4; turn++) {
    const action = plan({
      ...settings,
      ...(world.link && { link: world.link }),
      record: { state: "in", fields: world.record },
      item,
      announced: true,
    });
    const blind = action.do === "create" && world.item.state === "present";
    if (action.do !== "read" && !blind) {
      apply(world, action, death);
      return action;
    }
    item = world.item;
  }
  throw new Error("the planner asks for ever");
};

const linkTo = (base: Fields | undefined): LinkView | undefined =>
  base && {
    origin: "created",
    itemId: "/a/7.vcf",
    itemVersion: "v0",
    base,
  };

/** Both with a name, as no record is without one. */
const named = contact.map((form): Fields => ({ lastName: "Müller", ...form }));
const worlds = fc.oneof(
  fc.record({
    type: fc.constant("private" as const),
    record: named,
    item: fc.option(contact, { nil: undefined }),
    base: fc.option(fc.oneof(named, fc.constant({})), { nil: undefined }),
    own: fc.boolean(),
    fieldNames: fc.constantFrom(
      CONTACT,
      CONTACT.filter((name) => name !== "birthDate"),
    ),
  }),
  fc.record({
    type: fc.constant("appointment" as const),
    record: event,
    item: fc.option(event, { nil: undefined }),
    base: fc.option(fc.oneof(event, fc.constant({})), { nil: undefined }),
    own: fc.boolean(),
    fieldNames: fc.constant(EVENT),
  }),
);
const worldOf = ({
  record,
  item,
  base,
  own,
}: {
  record: Fields;
  item: Fields | undefined;
  base: Fields | undefined;
  own: boolean;
}): World => ({
  link: linkTo(base),
  record,
  item:
    item === undefined
      ? { state: "absent" }
      : { state: "present", fields: item, version: "v1", own },
  version: 1,
  journal: [],
});

const sidesOf = ({ record, item }: World) => ({
  record,
  item: item.state === "present" ? item.fields : undefined,
});

describe("the plan, applied to both sides", () => {
  it("converges: the second one does nothing", () => {
    fc.assert(
      fc.property(
        worlds,
        fc.constantFrom(...POLICIES),
        fc.boolean(),
        (given, policy, inward) => {
          const { type, fieldNames } = given;
          const settings = { policy, inward, type, fieldNames };
          const world = worldOf(given);
          const first = work(world, settings);
          const before = structuredClone(world);
          const second = work(world, settings);
          const stuck = first.do === "set-aside" || "problem" in first;
          expect(stuck ? ["nothing", "set-aside"] : ["nothing"]).toContain(
            second.do,
          );
          expect(world).toEqual(before);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("comes to the same wherever the process dies in between", () => {
    fc.assert(
      fc.property(
        worlds,
        fc.constantFrom(...POLICIES),
        fc.array(
          fc.constantFrom<Death>("after-inward", "after-outward", "never"),
          { maxLength: 3 },
        ),
        (given, policy, deaths) => {
          const { type, fieldNames } = given;
          const settings = { policy, inward: true, type, fieldNames };
          const smooth = worldOf(given);
          work(smooth, settings);
          const rough = worldOf(given);
          for (const death of deaths) work(rough, settings, death);
          work(rough, settings);
          expect(sidesOf(rough)).toEqual(sidesOf(smooth));
          expect(rough.link?.base).toEqual(smooth.link?.base);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

const inputs: fc.Arbitrary<PlanInput> = fc
  .record({
    world: worlds,
    state: fc.constantFrom(
      "in" as const,
      "out" as const,
      "gone" as const,
      "none" as const,
    ),
    look: fc.constantFrom(
      "read" as const,
      "unread" as const,
      "obstructed" as const,
    ),
    policy: fc.constantFrom(...POLICIES),
    inward: fc.boolean(),
    announced: fc.boolean(),
    sent: fc.boolean(),
  })
  .map(({ world, state, look, ...rest }): PlanInput => {
    const { link, item } = worldOf(world);
    return {
      ...rest,
      ...(link && { link }),
      type: world.type,
      fieldNames: world.fieldNames,
      record:
        state === "in"
          ? { state, fields: world.record }
          : state === "out"
            ? { state, reason: "tag-missing" }
            : { state },
      item:
        look === "read"
          ? item
          : look === "unread"
            ? { state: look }
            : { state: look, obstacle: "recurring" },
      arrival: {
        verdict: "import",
        record: { kind: "appointment", fields: world.record },
      },
    };
  });

describe("what a plan may hold", () => {
  it("without a way in nothing comes in, whatever is known", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const action = plan({ ...given, inward: false });
        expect(["take", "import"]).not.toContain(action.do);
        expect(action).not.toHaveProperty("inward");
        if (action.do === "update")
          for (const { winner } of action.conflicts) expect(winner).toBe("ams");
      }),
      { numRuns: 3000 },
    );
  });

  it("clears where, and only where, something agreed is emptied", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const action = plan(given);
        if (action.do !== "update" && action.do !== "take") return;
        if (given.record.state !== "in" || given.item.state !== "present")
          return;
        const gone = [
          ...(action.do === "update"
            ? emptied(given.item.fields, action.fields)
            : []),
          ...(action.inward?.received ?? []).filter(
            (name) => action.inward?.fields[name] === undefined,
          ),
        ];
        expect(action.clears).toBe(gone.length > 0);
        expect(isDestructive(action)).toBe(gone.length > 0);
        for (const name of gone) expect(given.link?.base[name]).toBeDefined();
      }),
      { numRuns: 3000 },
    );
  });

  it("an adoption clears nothing on either side", () => {
    fc.assert(
      fc.property(inputs, ({ link: _, ...given }) => {
        const action = plan(given);
        expect("clears" in action && action.clears).toBe(false);
        if (action.do === "update" && given.item.state === "present")
          expect(emptied(given.item.fields, action.fields)).toEqual([]);
        if ("inward" in action && action.inward && given.record.state === "in")
          expect(emptied(given.record.fields, action.inward.fields)).toEqual(
            [],
          );
      }),
      { numRuns: 3000 },
    );
  });

  it("names on both sides only fields that it was asked about", () => {
    fc.assert(
      fc.property(inputs, (given) => {
        const action = plan(given);
        if (action.do !== "update" && action.do !== "take") return;
        const named = [
          ...(action.do === "update" ? action.sent : []),
          ...(action.inward?.received ?? []),
          ...action.conflicts.map(({ field }) => field),
        ];
        for (const name of named) expect(given.fieldNames).toContain(name);
      }),
    );
  });
});
