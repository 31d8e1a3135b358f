import { beforeEach, expect, it } from "vitest";
import { anna, telling } from "./memory/index.js";
import type { MemoryWorld } from "./memory/index.js";
import type { Item } from "./port.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

/** The item says several mobile numbers, and none of them is the agreed one. */

let world: MemoryWorld;
let told: Partial<Item>;
beforeEach(() => {
  world = twoWays();
  told = {};
  telling(world.remote, () => told);
});

const at = () => world.addressOf("customer", "1");
const asides = () => [
  ...new Set(world.stream().setAside.map(({ code }) => code)),
];

it.each(["ams-wins", "remote-wins"] as const)(
  "is told, and keeps nothing else from coming in (%s)",
  async (policy) => {
    world.options = { ...world.options, policy };
    world.commit([anna({ mobile: "0170 1" })]);
    await world.settle();
    told = { unclear: ["mobile"] };
    world.remote.edit(at(), { city: "Köln" });
    await poll(world);
    expect(valuesOf(world, "customer/1")).toMatchObject({
      ...{ mobile: "0170 1", city: "Köln" },
    });
    expect(asides()).toEqual(["several-values"]);
    expect(world.stream().setAside[0]?.message).toContain("mobile");
    // Nor is it forgotten by a list of all items.
    delete world.stream().remoteToken;
    await poll(world);
    expect(asides()).toEqual(["several-values"]);
    // A look that finds nothing else says it again.
    world.wantAll();
    await poll(world);
    expect(asides()).toEqual(["several-values"]);
    world.remote.edit(at(), { mobile: "0171 2" });
    told = {};
    world.wantAll();
    await poll(world);
    expect(valuesOf(world, "customer/1")).toMatchObject({ mobile: "0171 2" });
    expect(asides()).toEqual([]);
  },
);

it("is told beside what goes there, and is not forgotten by a look at everything", async () => {
  world.commit([anna({ mobile: "0170 1" })]);
  await world.settle();
  told = { unclear: ["mobile"] };
  world.remote.annotate(at(), "zwei andere Nummern");
  world.commit([anna({ mobile: "0170 1", city: "Ulm" })]);
  for (let listings = 0; listings < 2; listings += 1) {
    await poll(world);
    expect(world.shown("customer", "1")).toMatchObject({ city: "Ulm" });
    expect(asides()).toEqual(["several-values"]);
    delete world.stream().remoteToken;
    world.wantAll();
  }
});

it("what ams has changed meanwhile goes out, and nothing is unclear any more", async () => {
  world.commit([anna({ mobile: "0170 1" })]);
  await world.settle();
  told = { unclear: ["mobile"] };
  world.remote.annotate(at(), "zwei andere Nummern");
  world.commit([anna({ mobile: "0172 3" })]);
  await poll(world);
  expect(world.shown("customer", "1")).toMatchObject({ mobile: "0172 3" });
  told = {};
  await poll(world);
  expect(asides()).toEqual([]);
});
