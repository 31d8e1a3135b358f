import type { Fields } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { appointment } from "./memory/memory-ams.js";
import { MemoryWorld } from "./memory/index.js";
import type { Item } from "./port.js";

/** R25: an event of the user's own calendar, and an equal appointment that is entered in ams later. */
describe("an event that stays where it is", () => {
  const VISIT = {
    date: "2026-10-25",
    from: "10:00",
    to: "11:00",
    reason: "Arzt",
  };
  const ID = "/privat/arzt.ics";
  let world: MemoryWorld;
  const stream = () => world.stream("appointments");
  const add = (fields: Fields, about: Partial<Item> = {}) =>
    world.remote.add(ID, ID, { type: "appointment", fields }, about);
  const left = () => stream().questions.unlinked.get(ID);
  const enter = async (fields: Fields = VISIT) => {
    world.commit([appointment("1", fields, 1)]);
    await world.settle();
  };
  const there = (): Fields | undefined =>
    world.remote.items.get(ID)?.form.fields;
  const remark = () => world.ams.records.get("appointment/1")?.values;

  beforeEach(() => {
    world = new MemoryWorld();
    world.remote.inward = ["appointments"];
    world.containers = { appointments: "/privat/" };
  });

  it.each(["ams-wins", "remote-wins"] as const)(
    "as it is private, is not found by its likeness (%s)",
    async (policy) => {
      world.options = { ...world.options, policy };
      add({ ...VISIT, remark: "Befund" }, { confidential: true });
      await world.settle();
      expect(left()).toMatchObject({ reason: "private", keys: [] });
      await enter();
      expect(remark()).not.toHaveProperty("remark", "Befund");
      expect(left()?.reason).toBe("private");
      expect(world.remote.items.size).toBe(2);
    },
  );

  it("is not taken over once it has become private", async () => {
    add(VISIT);
    await world.settle();
    expect(left()?.reason).toBe("before-connection");
    const item = world.remote.items.get(ID);
    if (!item) throw new Error("It is there.");
    world.remote.items.set(ID, { ...item, about: { confidential: true } });
    await enter();
    expect(stream().links.get("appointment/1")?.itemId).not.toBe(ID);
  });

  it.each(["ams-wins", "remote-wins"] as const)(
    "as it is older, keeps a text that ams does not have (%s)",
    async (policy) => {
      world.options = { ...world.options, policy };
      add({ ...VISIT, remark: "Befund" });
      await world.settle();
      expect(left()?.reason).toBe("before-connection");
      await enter();
      expect(remark()).not.toHaveProperty("remark", "Befund");
      expect(there()?.["remark"]).toBe("Befund");
      expect(stream().links.get("appointment/1")?.itemId).not.toBe(ID);
    },
  );

  it.each([
    ["without a text", {}, { remark: "Mitbringen: Karte" }],
    ["with the text of ams", { remark: "Karte" }, { remark: "Karte" }],
  ])("though older, is the appointment's own %s", async (_what, over, here) => {
    add({ ...VISIT, ...over });
    await world.settle();
    await enter({ ...VISIT, ...here });
    expect(stream().links.get("appointment/1")?.itemId).toBe(ID);
    expect(there()?.["remark"]).toBe(here.remark);
    expect(world.remote.items.size).toBe(1);
  });
});
