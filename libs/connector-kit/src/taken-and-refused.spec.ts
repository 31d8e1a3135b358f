import { describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { Mortality, anna } from "./memory/index.js";
import type { MemoryWorld } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

const both = (world: MemoryWorld, name: "city" | "fax" | "mobile") => ({
  ams: valuesOf(world, "customer/1")[name],
  there: world.shown("customer", "1")?.[name],
});

/** The user edits the item at the moment of the write there, which is refused for it. */
const editedMeanwhile = (
  world: MemoryWorld,
  edits: readonly Parameters<MemoryWorld["remote"]["edit"]>[1][],
) => {
  const left = [...edits];
  world.remote.fault = ({ operation }) => {
    const edit = operation === "update" ? left.shift() : undefined;
    if (edit) world.remote.edit(world.addressOf("customer", "1"), edit);
    return undefined;
  };
  return left;
};

describe.each(["ams-wins", "remote-wins"] as const)("%s", (policy) => {
  it("what was taken in does not count as a change of ams where the write is refused", async () => {
    const world = twoWays(policy);
    world.commit([anna({ city: "Ulm", fax: "1" })]);
    await world.settle();
    world.remote.edit(world.addressOf("customer", "1"), { city: "Köln" });
    world.commit([anna({ city: "Ulm", fax: "2" })]);
    const open = editedMeanwhile(world, [{ city: "Trier" }, { city: "Bonn" }]);
    await poll(world);
    expect(open).toEqual([]);
    expect(both(world, "city")).toEqual({ ams: "Bonn", there: "Bonn" });
    expect(both(world, "fax")).toEqual({ ams: "2", there: "2" });
    expect(world.stream().conflicts).toEqual([]);
  });

  it("a number that was emptied there and given anew meanwhile goes to both sides", async () => {
    const world = twoWays(policy);
    world.commit([anna({ mobile: "0170 1", fax: "1" })]);
    await world.settle();
    world.remote.edit(world.addressOf("customer", "1"), { mobile: undefined });
    world.commit([anna({ mobile: "0170 1", fax: "2" })]);
    const open = editedMeanwhile(world, [{ mobile: "0170 99" }]);
    await poll(world);
    expect(open).toEqual([]);
    expect(both(world, "mobile")).toEqual({ ams: "0170 99", there: "0170 99" });
    expect(world.stream().conflicts).toEqual([]);
  });

  it.each(["before", "after"] as const)(
    "also where the run dies %s any call, and the item is edited once more",
    async (when) => {
      for (let at = 1; ; at += 1) {
        const world = twoWays(policy);
        world.commit([anna({ city: "Ulm", fax: "1" })]);
        await world.settle();
        const id = world.addressOf("customer", "1");
        world.remote.edit(id, { city: "Köln" });
        world.commit([anna({ city: "Ulm", fax: "2" })]);
        editedMeanwhile(world, [{ city: "Trier" }]);
        world.stream().remoteDue = true;
        const life = new Mortality(at, when);
        await Promise.race([
          world.run(life).catch(() => undefined),
          life.death,
        ]);
        world.remote.fault = () => undefined;
        await world.clock.advance(120_000);
        world.remote.edit(id, { city: "Bonn" });
        await poll(world);
        const told = { at, ...both(world, "city") };
        expect(told).toEqual({ at, ams: "Bonn", there: "Bonn" });
        expect(both(world, "fax")).toEqual({ ams: "2", there: "2" });
        expect(world.stream().conflicts).toEqual([]);
        if (life.calls < at) break;
      }
    },
  );

  it.each(["before", "after"] as const)(
    "also what an earlier run took in with a write that failed, where the next one journals and dies %s any call",
    async (when) => {
      for (let at = 1; ; at += 1) {
        const world = twoWays(policy);
        world.commit([anna({ city: "Ulm", fax: "1" })]);
        await world.settle();
        const id = world.addressOf("customer", "1");
        world.remote.edit(id, { city: "Köln" });
        world.commit([anna({ city: "Ulm", fax: "1", mobile: "0170 1" })]);
        // It comes into ams, the write there fails, and no link remembers it.
        world.stream().remoteDue = true;
        world.remote.fault = ({ operation }) =>
          operation === "update"
            ? { before: new ConnectorError("rejected", "Not now.") }
            : undefined;
        await world.run();
        world.remote.fault = () => undefined;
        expect(valuesOf(world, "customer/1")["city"]).toBe("Köln");
        await world.clock.advance(120_000);
        world.remote.edit(id, { fax: "2" });
        world.commit([anna({ city: "Köln", fax: "3", mobile: "0170 1" })]);
        world.stream().remoteDue = true;
        const life = new Mortality(at, when);
        await Promise.race([
          world.run(life).catch(() => undefined),
          life.death,
        ]);
        await world.clock.advance(120_000);
        world.remote.edit(id, { city: "Bonn" });
        await poll(world);
        const told = { at, ...both(world, "city") };
        expect(told).toEqual({ at, ams: "Bonn", there: "Bonn" });
        if (life.calls < at) break;
      }
    },
  );
});
