import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fields } from "./canonical.js";
import { plan } from "./plan.js";
import type {
  Action,
  ItemView,
  LinkView,
  PlanInput,
  RecordView,
} from "./plan-types.js";

const NAMES = ["birthDate", "city", "lastName"];
const value = fc.constantFrom(undefined, "Zoë", "Äußerer Weg", "01067");
const fields: fc.Arbitrary<Fields> = fc
  .tuple(value, value, value)
  .map((values) =>
    Object.fromEntries(
      NAMES.map((name, index) => [name, values[index]]).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
  );
const version = fc.constantFrom(undefined, "v1", "v2");
const link: fc.Arbitrary<LinkView | undefined> = fc.option(
  fc
    .record({
      origin: fc.constantFrom(
        "created" as const,
        "imported" as const,
        "adopted" as const,
      ),
      itemId: fc.constant("/a/7.vcf"),
      itemVersion: version,
      base: fields,
      elsewhere: fc.boolean(),
    })
    .map(({ itemVersion, elsewhere, ...rest }) => ({
      ...rest,
      ...(elsewhere && { elsewhere }),
      ...(itemVersion !== undefined && { itemVersion }),
    })),
  { nil: undefined },
);
const record: fc.Arbitrary<RecordView> = fc.oneof(
  fields.map((form) => ({ state: "in" as const, fields: form })),
  fc.constant({
    state: "broken" as const,
    problem: { code: "no-name" as const, field: "name" },
  }),
  fc.constant({ state: "out" as const, reason: "tag-missing" as const }),
  fc.constantFrom({ state: "gone" as const }, { state: "none" as const }),
);
type Present = Extract<ItemView, { state: "present" }>;
const present: fc.Arbitrary<Present> = fc
  .record({ fields, version, own: fc.boolean() })
  .map(({ version: v, ...rest }) => ({
    state: "present" as const,
    ...rest,
    ...(v !== undefined && { version: v }),
  }));
const item: fc.Arbitrary<ItemView> = fc.oneof(
  present,
  fc.constantFrom({ state: "unread" as const }, { state: "absent" as const }),
);
const common = {
  policy: fc.constantFrom("ams-wins" as const, "remote-wins" as const),
  fieldNames: fc.subarray(NAMES, { minLength: 1 }),
};
const input: fc.Arbitrary<PlanInput> = fc
  .record({ link, record, item, sent: fc.boolean(), ...common })
  .map(({ link: known, ...rest }) => ({
    ...rest,
    ...(known !== undefined && { link: known }),
  }));

describe("plan", () => {
  it("is total and deterministic", () => {
    fc.assert(
      fc.property(input, (given) => {
        const action = plan(given);
        expect(action.cell).toBeTruthy();
        expect(plan(structuredClone(given))).toEqual(action);
      }),
    );
  });

  it("deletes only what was put or taken in, for a tombstone or a lost scope", () => {
    fc.assert(
      fc.property(input, (given) => {
        const allowed: Partial<Record<string, readonly string[]>> = {
          gone: ["created", "imported"],
          out: ["created"],
        };
        const state = given.record.state;
        const ownOfALostCreate =
          given.sent === true &&
          (state === "gone" || state === "out") &&
          given.item.state === "present" &&
          given.item.own;
        const mayDelete = given.link
          ? !given.link.elsewhere &&
            (allowed[state]?.includes(given.link.origin) ?? false)
          : ownOfALostCreate;
        expect(plan(given).do === "delete" && !mayDelete).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("writes only records that are in scope and whole", () => {
    fc.assert(
      fc.property(input, (given) => {
        const writes = ["create", "update", "link"].includes(plan(given).do);
        expect(writes && given.record.state !== "in").toBe(false);
      }),
    );
  });

  it("never empties a field that the last agreement did not have", () => {
    fc.assert(
      fc.property(input, (given) => {
        const action = plan(given);
        const emptied =
          action.do === "update" && given.item.state === "present"
            ? Object.keys(given.item.fields).filter(
                (name) => action.fields[name] === undefined,
              )
            : [];
        expect(
          emptied.filter((name) => given.link?.base[name] === undefined),
        ).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it("reads once at most", () => {
    fc.assert(
      fc.property(input, (given) => {
        const again =
          given.item.state !== "unread" && plan(given).do === "read";
        expect(again).toBe(false);
      }),
    );
  });
});

/** Both sides of one entry, and how the server tells versions. */
interface World {
  link: LinkView | undefined;
  readonly record: RecordView;
  item: Present | { readonly state: "absent" };
  readonly tellsVersion: "always" | "not-after-writes" | "never";
  sent: boolean;
}

const world: fc.Arbitrary<World> = fc.record({
  link,
  record,
  item: fc.oneof(present, fc.constant({ state: "absent" as const })),
  tellsVersion: fc.constantFrom(
    "always" as const,
    "not-after-writes" as const,
    "never" as const,
  ),
  sent: fc.boolean(),
});

/** What connector-kit does with one entry, on a server of two lines. Returns the actions that it carried out. */
function work(
  state: World,
  settings: Pick<PlanInput, "policy" | "fieldNames">,
): Action[] {
  const seen: Action[] = [];
  let view: ItemView = { state: "unread" };
  for (let turn = 0; turn < 4; turn++) {
    const action = plan({
      ...settings,
      ...(state.link !== undefined && { link: state.link }),
      record: state.record,
      item: view,
      sent: state.sent,
    });
    seen.push(action);
    const lookAgain =
      action.do === "read" ||
      (action.do === "create" && state.item.state === "present");
    if (!lookAgain) {
      apply(state, action);
      return seen;
    }
    view = shown(state);
  }
  throw new Error("the planner asks for ever");
}

function shown({ item: there, tellsVersion }: World): ItemView {
  if (there.state === "absent" || tellsVersion !== "never") return there;
  const { version: _, ...rest } = there;
  return rest;
}

function apply(state: World, action: Action): void {
  const remember = (
    { base, origin }: Extract<Action, { base: Fields }>,
    itemVersion: string | undefined,
  ) => {
    state.link = {
      origin,
      itemId: "/a/7.vcf",
      base,
      ...(itemVersion !== undefined && { itemVersion }),
    };
  };
  // The mark is the entry's and goes with it.
  if (action.do !== "set-aside") state.sent = false;
  switch (action.do) {
    case "create":
    case "update":
      state.item = {
        state: "present",
        fields: action.fields,
        version: "v9",
        own: true,
      };
      remember(action, state.tellsVersion === "always" ? "v9" : undefined);
      break;
    case "link":
      remember(action, action.itemVersion);
      break;
    case "delete":
      state.item = { state: "absent" };
      state.link = undefined;
      break;
    case "unlink":
      state.link = undefined;
      break;
    case "lose":
      if (state.link) state.link = { ...state.link, lost: "noticed" };
      break;
    default:
  }
}

describe("applying the plan", () => {
  it("converges: a second run writes nothing, a third does nothing", () => {
    fc.assert(
      fc.property(world, fc.record(common), (state, settings) => {
        work(state, settings);
        const second = work(state, settings).at(-1);
        expect(["nothing", "link", "set-aside"]).toContain(second?.do);
        const before = structuredClone(state);
        const third = work(state, settings).at(-1);
        expect(["nothing", "set-aside"]).toContain(third?.do);
        expect(state).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  });

  it("under ams-wins brings every field that ams has", () => {
    fc.assert(
      fc.property(world, fc.record(common), (state, { fieldNames }) => {
        const { record: here, link: old } = structuredClone(state);
        work(state, { policy: "ams-wins", fieldNames });
        if (here.state !== "in" || state.item.state !== "present") return;
        const changed = fieldNames.filter(
          (name) =>
            here.fields[name] !== undefined &&
            here.fields[name] !== old?.base[name],
        );
        for (const name of changed) {
          expect(state.link?.base[name]).toBe(here.fields[name]);
          expect(state.item.fields[name]).toBe(here.fields[name]);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
