import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { ADDRESS_FIELDS } from "./fields.js";
import { plan } from "./plan.js";
import { isDestructive } from "./plan-types.js";
import type { Action, ItemView, LinkView, PlanInput } from "./plan-types.js";
import {
  CONTACT,
  contact,
  emptied,
  EVENT,
  event,
  POLICIES,
} from "./testing/forms.js";

/** Part of an address that was never agreed on, and journaled. */
const givesWay = (action: Action, name: string): boolean =>
  ADDRESS_FIELDS.some((field) => field === name) &&
  "conflicts" in action &&
  action.conflicts?.some(({ field }) => field === name) === true;

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

  it("clears where, and only where, something is emptied", () => {
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
        const agreed = gone.filter(
          (name) => given.link?.base[name] !== undefined,
        );
        expect(action.clears).toBe(gone.length > 0);
        expect(isDestructive(action)).toBe(gone.length > 0);
        for (const name of gone)
          expect(agreed.includes(name) || givesWay(action, name)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("an adoption clears nothing on either side but of an address that gives way as a whole", () => {
    fc.assert(
      fc.property(inputs, (some) => {
        const { link: _link, ...given } = some;
        const action = plan(given);
        const told = "conflicts" in action ? (action.conflicts ?? []) : [];
        if (told.length === 0)
          expect("clears" in action && action.clears).toBe(false);
        if (action.do === "update" && given.item.state === "present")
          expect(
            emptied(given.item.fields, action.fields).filter(
              (name) => !givesWay(action, name),
            ),
          ).toEqual([]);
        if ("inward" in action && action.inward && given.record.state === "in")
          expect(
            emptied(given.record.fields, action.inward.fields).filter(
              (name) => !givesWay(action, name),
            ),
          ).toEqual([]);
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
