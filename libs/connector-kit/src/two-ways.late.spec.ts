import { expect, it } from "vitest";
import { Mortality, anna } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

it.each([
  ["ams-wins", "after"],
  ["ams-wins", "before"],
  ["remote-wins", "after"],
] as const)(
  "wherever a run dies that takes a change in, an older edit there does not beat the user's newer one: %s, %s",
  async (policy, when) => {
    for (let at = 1; ; at += 1) {
      const world = twoWays(policy);
      world.commit([anna({ city: "Ulm", fax: "0221 1" })]);
      await world.settle();
      const id = world.addressOf("customer", "1");
      world.remote.edit(id, { city: "Köln", fax: undefined });
      world.stream().remoteDue = true;
      const life = new Mortality(at, when);
      await Promise.race([world.run(life).catch(() => undefined), life.death]);
      await world.clock.advance(120_000);
      world.remote.edit(id, { city: "Bonn", fax: "0221 2" });
      await poll(world);
      expect({ at, ...valuesOf(world, "customer/1") }).toMatchObject({
        ...{ at, city: "Bonn", fax: "0221 2" },
      });
      expect(world.remote.items.get(id)?.form.fields).toMatchObject({
        city: "Bonn",
      });
      expect(world.stream().conflicts).toEqual([]);
      if (life.calls < at) break;
    }
  },
);

it.each([
  ["once more", "Köln", ["Köln", "Trier"]],
  ["since it was read, after a reset", undefined, ["Ulm", "Trier"]],
])(
  "what is changed there %s, while it is overwritten, is in the journal, too",
  async (_when, first, lost) => {
    const world = twoWays();
    world.commit([anna({ city: "Ulm" })]);
    await world.settle();
    if (first === undefined) world.state.reset(world.key.accountId, "contacts");
    else world.remote.edit(world.addressOf("customer", "1"), { city: first });
    let edited = false;
    world.remote.fault = ({ operation }) => {
      if (operation === "update" && !edited) {
        edited = true;
        world.remote.edit(world.addressOf("customer", "1"), { city: "Trier" });
      }
      return undefined;
    };
    world.commit([anna({ city: "Bonn" })]);
    await poll(world);
    expect(valuesOf(world, "customer/1")).toMatchObject({ city: "Bonn" });
    expect(world.shown("customer", "1")).toMatchObject({ city: "Bonn" });
    expect(
      world.stream().conflicts.map(({ conflict }) => conflict.remote),
    ).toEqual(lost);
  },
);
