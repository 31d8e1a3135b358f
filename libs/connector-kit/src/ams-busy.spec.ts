import { beforeEach, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { MemoryWorld, customers } from "./memory/index.js";

/** A row that somebody in ams holds, and an ams that goes away between two rows. */

let world: MemoryWorld;
const ids = ["10", "11", "12", "13"];
const at = (id: string) => world.addressOf("customer", id);
const valuesOf = (id: string) =>
  world.ams.records.get(`customer/${id}`)?.values;

beforeEach(async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.commit(customers(ids.length));
  await world.settle();
  // Each by itself.
  world.ams.changeTogether = async (_home, all) => all.map(() => undefined);
});

it("a change into a row that is open in ams is tried again after a minute and not after a day", async () => {
  const { change } = world.ams;
  world.ams.change = async () => ({
    outcome: "busy",
    message: "ams is busy with this record.",
  });
  world.remote.edit(at("10"), { city: "Köln" });
  world.stream().remoteDue = true;
  await world.settle();
  expect(world.asideCodes().map(([, code]) => code)).toEqual(["busy-in-ams"]);
  world.ams.change = change;
  await world.clock.advance(5 * 60_000);
  await world.settle();
  expect(world.stream().setAside).toEqual([]);
  expect(valuesOf("10")).toMatchObject({ city: "Köln" });
});

it("so is a new record while somebody else makes some", async () => {
  const { create } = world.ams;
  world.ams.create = async () => ({
    outcome: "busy",
    message: "ams is busy with this record.",
  });
  world.remote.add("/appointments/neu.ics", "uid-neu", {
    type: "appointment",
    fields: { date: "2026-10-25", reason: "Besuch" },
  });
  world.stream("appointments").remoteDue = true;
  await world.settle();
  expect(world.stream("appointments").setAside.map(({ code }) => code)).toEqual(
    ["busy-in-ams"],
  );
  world.ams.create = create;
  await world.clock.advance(5 * 60_000);
  await world.settle();
  expect(world.ams.made.size).toBe(1);
});

it("what was written before ams went away is remembered", async () => {
  const { change } = world.ams;
  const written: string[] = [];
  world.ams.change = async (home, one) => {
    if (written.length === 2) throw new AmsAway(true, "ams does not answer.");
    written.push(one.ref.id);
    return change.call(world.ams, home, one);
  };
  for (const id of ids) world.remote.edit(at(id), { city: "Köln" });
  world.remote.concurrency = 1;
  world.stream().remoteDue = true;
  await world.run();
  expect(written).toHaveLength(2);
  for (const id of written)
    expect(valuesOf(id)).toMatchObject({ city: "Köln" });
  expect(world.stream().pending).toBe(2);
});
