import { beforeEach, expect, it } from "vitest";
import { MemoryWorld, telling, visit } from "./memory/index.js";

/** Invitations that the calendar's user has answered. */

let world: MemoryWorld;
const ID = "/appointments/einladung.ics";
const enter = async (username: string, declined: readonly string[]) => {
  world.username = username;
  telling(world.remote, (id) => (id === ID ? { declined } : undefined));
  world.remote.add(ID, ID, {
    type: "appointment",
    fields: { date: "2024-03-31", reason: "Besprechung" },
  });
  world.stream("appointments").remoteDue = true;
  await world.settle();
  return world.stream("appointments").questions.unlinked.get(ID);
};

beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
});

it("one that the user has declined does not come in, and takes nothing over", async () => {
  expect(await enter(" Ich@Makler.example", ["ich@makler.example"])).toEqual(
    expect.objectContaining({ reason: "declined", keys: [] }),
  );
  expect(world.ams.made.size).toBe(0);
  world.commit([visit()]);
  await world.settle();
  expect(world.shown("appointment", "9")).toBeDefined();
});

it.each([
  ["ich@makler.example", ["max@gross.example"]],
  ["ich@makler.example", []],
  ["makler", ["ich@makler.example"]],
])("one that somebody else has declined comes in: %s, %j", async (...told) => {
  expect(await enter(...told)).toBeUndefined();
  expect(world.ams.made.size).toBe(1);
});
