import type { AmsRecord, SyncOptions } from "@ams-sync/sync-core";
import { describe, expect, it, vi } from "vitest";
import { ConnectorError } from "./connector-error.js";
import {
  anna,
  jost,
  MemoryWorld,
  Mortality,
  type RemoteOperation,
} from "./memory/index.js";

vi.setConfig({ testTimeout: 30_000 });

/** The last of the looks at what may still arrive lies this long after the first. */
const A_QUARTER_OF_AN_HOUR = [30, 60, 120, 240, 480] as const;

const pass = async (world: MemoryWorld): Promise<void> => {
  for (const seconds of [61, ...A_QUARTER_OF_AN_HOUR]) {
    await world.clock.advance(seconds * 1_000 + 1);
    await world.settle();
  }
};

const shown = (world: MemoryWorld, without?: string): readonly string[] =>
  [...world.remote.items]
    .map(([id, { form }]) => {
      const fields = Object.entries(form.fields)
        .filter(([name, value]) => value !== undefined && name !== without)
        .sort();
      return `${id} ${JSON.stringify(fields)}`;
    })
    .sort();

const elsewhere = (record: AmsRecord): AmsRecord =>
  ({ ...record, agentId: "11" }) as never;

/** Two customers are there and agreed; the second one has a fax number that somebody added there. */
const settled = async (
  policy: SyncOptions["policy"] = "ams-wins",
): Promise<MemoryWorld> => {
  const world = new MemoryWorld();
  world.options = { ...world.options, policy };
  const { user } = world.ams;
  world.ams.user = user && {
    ...user,
    agentRelease: true,
    releasedAgentIds: new Set(["11"]),
  };
  world.commit([elsewhere(anna()), elsewhere(jost())]);
  await world.settle();
  world.remote.edit(world.addressOf("customer", "2"), { fax: "0221 1" });
  return world;
};

const changed = () => [
  elsewhere(anna({ city: "Fürth", mobile: "0170 1" })),
  // A field is emptied, too.
  elsewhere(jost({ city: null })),
];
const unchanged = () => [elsewhere(anna()), elsewhere(jost())];
const outOfScope = () => [anna(), jost()];

describe.each(["ams-wins", "remote-wins"] as const)(
  "killed at any call under %s",
  (policy) => {
    it.each([
      ["a change, then changed back", changed, unchanged],
      ["a lost scope, then back in it", outOfScope, unchanged],
      [
        "a change, then changed further",
        changed,
        () => [
          elsewhere(anna({ city: "Görlitz", mobile: "0170 1" })),
          elsewhere(jost({ city: "Düren" })),
        ],
      ],
    ])("%s", async (_name, change, then) => {
      const healthy = await settled(policy);
      healthy.commit(then());
      await healthy.settle();
      // What was deleted on the way is made anew, without what only the other side had.
      const theirs = change === outOfScope ? "fax" : undefined;
      const wanted = shown(healthy, theirs);

      const life = new Mortality();
      const counted = await settled(policy);
      counted.commit(change());
      await counted.run(life);
      expect(life.calls).toBeGreaterThan(8);
      for (let call = 1; call <= life.calls; call += 1)
        for (const when of ["before", "after"] as const) {
          const at = `killed ${when} call ${call}`;
          const world = await settled(policy);
          world.commit(change());
          const doomed = new Mortality(call, when);
          await Promise.race([doomed.death, world.run(doomed)]);
          world.commit(then());
          await pass(world);
          expect(shown(world, theirs), at).toEqual(wanted);
          expect(world.stream().setAside, at).toEqual([]);
        }
    });
  },
);

/** No request of this kind gets through, nor does anybody hear that it did not. */
const hang = (world: MemoryWorld, operation: RemoteOperation): void => {
  world.remote.fault = (call) =>
    call.operation === operation
      ? { before: new ConnectorError("transient", "No answer.") }
      : undefined;
};

describe("a request that reaches the server when its worker is long dead", () => {
  it("leaves no item of a record that was deleted meanwhile", async () => {
    const world = await settled();
    world.commit([elsewhere(anna())]);
    world.commit([{ ...elsewhere(anna()), id: "3" } as never]);
    hang(world, "create");
    await world.run();
    world.remote.fault = () => undefined;
    const before = shown(world);
    world.commit([], [{ kind: "customer", id: "3" }]);
    await world.clock.advance(60_001);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/3", "in-flight"]]);

    const other = world.remote.items.get(world.addressOf("customer", "1"));
    const late = world.addressOf("customer", "3");
    world.remote.add(late, late.split("/").at(-1) ?? "", other!.form);
    await pass(world);
    expect(shown(world)).toEqual(before);
    expect(world.asideCodes()).toEqual([]);
  });

  it("leaves no value that was taken back meanwhile", async () => {
    const world = await settled();
    const before = shown(world);
    world.commit(changed());
    hang(world, "update");
    await world.run();
    world.remote.fault = () => undefined;
    world.commit(unchanged());
    await world.clock.advance(60_001);
    await world.settle();
    expect(world.asideCodes()).toHaveLength(2);

    const at = (id: string) => world.addressOf("customer", id);
    world.remote.edit(at("1"), { city: "Fürth", mobile: "0170 1" });
    world.remote.edit(at("2"), { city: undefined });
    await pass(world);
    expect(shown(world)).toEqual(before);
    expect(world.asideCodes()).toEqual([]);
  });

  it("leaves nothing deleted of what came back into scope meanwhile", async () => {
    const world = await settled();
    world.commit(outOfScope());
    hang(world, "delete");
    await world.run();
    world.remote.fault = () => undefined;
    world.commit(unchanged());
    await world.clock.advance(60_001);
    await world.settle();
    world.remote.lose(world.addressOf("customer", "1"));
    await pass(world);
    expect(world.shown("customer", "1")).toMatchObject({
      lastName: "Müller-Lüdenscheidt",
    });
    expect(world.asideCodes()).toEqual([]);
  });

  it("is waited for in a few looks and no longer", async () => {
    const world = await settled();
    world.commit(changed());
    hang(world, "update");
    await world.run();
    world.remote.fault = () => undefined;
    world.commit(unchanged());
    await pass(world);
    const looks = world.remote.requests.length;
    const writes = world.writes().length;
    await pass(world);
    expect(world.writes().length).toBe(writes);
    // Polling aside, nobody asks for the items any more.
    expect(
      world.remote.requests
        .slice(looks)
        .filter(({ operation }) => operation === "fetch"),
    ).toEqual([]);
  });
});

it("a write that is remembered after its record changed again leaves no mark", async () => {
  const world = await settled();
  world.commit([elsewhere(anna({ city: "Fürth" }))]);
  world.remote.fault = ({ operation }) => {
    if (operation === "update")
      world.commit([elsewhere(anna({ city: "Fürth" }))]);
    return undefined;
  };
  await world.run();
  world.remote.fault = () => undefined;
  await world.settle();
  expect(world.asideCodes()).toEqual([]);
  expect(world.shown("customer", "1")).toMatchObject({ city: "Fürth" });
});

it("a create that hangs while its linked record is deleted leaves no item, however late it comes", async () => {
  const world = await settled();
  const late = world.addressOf("customer", "1");
  const form = world.remote.items.get(late)!.form;
  world.remote.lose(late);
  world.commit([elsewhere(anna({ city: "Fürth" }))]);
  hang(world, "create");
  await world.run();
  world.remote.fault = () => undefined;
  world.commit([], [{ kind: "customer", id: "1" }]);
  await world.clock.advance(60_001);
  await world.settle();
  world.remote.add(late, late.split("/").at(-1) ?? "", form);
  await pass(world);
  expect(world.remote.items.has(late)).toBe(false);
  expect(world.asideCodes()).toEqual([]);
});
