import { expect, it } from "vitest";
import { visit, telling } from "./memory/index.js";
import type { Item } from "./port.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

const made = async (container?: string) => {
  const world = twoWays("remote-wins");
  const told = new Map<string, Partial<Item>>();
  telling(world.remote, (id) => told.get(id));
  if (container !== undefined) world.containers = { appointments: container };
  world.commit([visit()]);
  await world.settle();
  const [id] = world.remote.items.keys();
  if (id === undefined) throw new Error("The appointment was sent.");
  return {
    ...{ world, id },
    make: (confidential: boolean) => told.set(id, { confidential }),
    reasons: () =>
      [...world.ams.records.keys()].map(
        (key) => valuesOf(world, key)["reason"],
      ),
  };
};

it("what its user makes private among their own events no longer comes in, until it is public again (R25)", async () => {
  const { world, id, make, reasons } = await made("/privat/");
  make(true);
  world.remote.edit(id, { reason: "Urologe" });
  await poll(world);
  expect(reasons()).not.toContain("Urologe");
  // What ams changes still goes there.
  world.commit([visit({ remark: "bitte Ordner" })]);
  await poll(world);
  expect(world.remote.items.get(id)?.form.fields).toMatchObject({
    ...{ remark: "bitte Ordner", reason: "Urologe" },
  });
  expect(reasons()).not.toContain("Urologe");
  make(false);
  world.remote.edit(id, { reason: "Zahnarzt" });
  await poll(world);
  expect(reasons()).toContain("Zahnarzt");
});

it("in the own calendar all is the office's", async () => {
  const { world, id, make, reasons } = await made();
  make(true);
  world.remote.edit(id, { reason: "Urologe" });
  await poll(world);
  expect(reasons()).toContain("Urologe");
});
