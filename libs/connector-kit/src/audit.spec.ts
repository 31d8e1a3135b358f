import { expect, it } from "vitest";
import { anna, jost, MemoryWorld } from "./memory/index.js";

const DAY_MS = 86_400_000;

it("reads and lists nothing where nothing differs", async () => {
  const world = new MemoryWorld();
  world.commit([anna(), jost()]);
  await world.settle();
  world.remote.requests.length = 0;
  await world.clock.advance(DAY_MS);
  const report = await world.run();
  expect(report.counts).toMatchObject({ unchanged: 2 });
  // What a poll needs as well.
  expect(world.remote.requests.map(({ operation }) => operation)).toEqual([
    "open",
    "container",
  ]);
});

it("brings what nobody announced", async () => {
  const world = new MemoryWorld();
  world.commit([anna(), jost()]);
  await world.settle();
  world.ams.put(jost({ city: "Düren" }));
  await world.clock.advance(DAY_MS - 1_000);
  await world.run();
  expect(world.shown("customer", "2")).not.toMatchObject({ city: "Düren" });
  await world.clock.advance(1_000);
  await world.settle();
  expect(world.shown("customer", "2")).toMatchObject({ city: "Düren" });
  expect(world.writes()).toEqual(["create", "create", "update"]);
});
