import type { Fields } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { appointment } from "./memory/memory-ams.js";
import { MemoryWorld, telling } from "./memory/index.js";
import type { Item } from "./port.js";

describe("an event that ams has already", () => {
  const TALK = {
    date: "2026-10-25",
    from: "10:00",
    to: "11:00",
    reason: "Jahresgespräch",
  };
  const ID = "/appointments/von-hand.ics";
  let world: MemoryWorld;
  const stream = () => world.stream("appointments");
  const add = (fields: Fields = TALK, id = ID) =>
    world.remote.add(id, id, { type: "appointment", fields });
  const poll = async () => {
    stream().remoteDue = true;
    await world.settle();
  };

  beforeEach(() => {
    world = new MemoryWorld();
    world.remote.inward = ["contacts", "appointments"];
  });

  it("entered on both sides in one run is one", async () => {
    world.commit([appointment("1", TALK, 1)]);
    add({ ...TALK, reason: "  JAHRESGESPRÄCH " });
    await world.settle();
    expect(world.ams.made.size).toBe(0);
    expect(stream().links.get("appointment/1")).toMatchObject({
      itemId: ID,
      origin: "adopted",
    });
    expect(world.remote.items.size).toBe(1);
  });

  it("is not imported again for another account of the same calendar", async () => {
    await world.settle();
    add();
    await poll();
    expect(world.ams.made.size).toBe(1);
    const [made] = world.ams.records.keys();
    stream().active = false;
    Object.assign(world.key, {
      accountId: "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20",
    });
    world.state.connect(world.key, ["contacts", "appointments"]);
    await world.settle();
    expect([...world.ams.records.keys()]).toEqual([made]);
    expect([...stream().links.values()]).toMatchObject([{ itemId: ID }]);
    expect(world.remote.items.size).toBe(1);
  });

  it("twice is a question, with both named", async () => {
    for (const id of ["1", "2"]) world.ams.put(appointment(id, TALK, 1));
    add();
    await world.settle();
    expect(world.ams.made.size).toBe(0);
    expect(stream().questions.unlinked.get(ID)).toMatchObject({
      reason: "ambiguous",
      candidates: [
        { kind: "appointment", recordId: "1" },
        { kind: "appointment", recordId: "2" },
      ],
    });
  });

  it.each([
    ["another day", { date: "2026-10-26" }],
    ["another time", { from: "10:30" }],
    ["another reason", { reason: "Telefonat" }],
  ])("on %s is another", async (_what, over) => {
    world.commit([appointment("1", TALK, 1)]);
    add({ ...TALK, ...over });
    await world.settle();
    expect(world.ams.made.size).toBe(1);
  });

  it("for another user is another", async () => {
    world.commit([{ ...appointment("1", TALK, 1), ownerId: "8" } as never]);
    add();
    await world.settle();
    expect(world.ams.made.size).toBe(1);
  });

  it("made of one equal event, is not made of the next one too", async () => {
    add();
    add(TALK, "/appointments/noch-einer.ics");
    await world.settle();
    expect(world.ams.made.size).toBe(2);
    expect(stream().links.size).toBe(2);
  });

  it.each(["before", "together with"])(
    "lost there %s its entering under a new id, is what ams has",
    async (when) => {
      world.commit([appointment("1", TALK, 1)]);
      await world.settle();
      world.remote.lose(world.addressOf("appointment", "1"));
      if (when === "before") await poll();
      add();
      await poll();
      await poll();
      expect(world.ams.made.size).toBe(0);
      const link = stream().links.get("appointment/1");
      expect(link).toMatchObject({ itemId: ID, origin: "adopted" });
      expect(link).not.toHaveProperty("lost");
      expect(world.remote.items.size).toBe(1);
    },
  );

  it("made of an event that was lost, is shown as lost, and the new one is a second", async () => {
    await world.settle();
    add();
    await poll();
    world.remote.lose(ID);
    add(TALK, "/appointments/noch-einer.ics");
    await poll();
    expect(world.ams.made.size).toBe(2);
    expect([...stream().links.values()].map(({ lost }) => lost)).toEqual([
      "noticed",
      undefined,
    ]);
  });

  it.each([
    ["with another remark", { remark: "bei Krause" }, {}],
    ["with others invited", {}, { attendees: ["krause@krause.example"] }],
  ])(
    "a second one at that time %s is one of its own",
    async (_what, over, about) => {
      world.commit([appointment("1", { ...TALK, remark: null }, 1)]);
      await poll();
      const told = new Map<string, Partial<Item>>([[ID, about]]);
      telling(world.remote, (id) => told.get(id));
      add({ ...TALK, ...over });
      await poll();
      await poll();
      expect(world.ams.made.size).toBe(1);
      expect(stream().links.size).toBe(2);
      expect(world.remote.items.size).toBe(2);
    },
  );

  it("a copy of it that says no more is none of its own", async () => {
    world.commit([appointment("1", { ...TALK, remark: "Ordner" }, 1)]);
    await poll();
    add();
    await poll();
    expect(world.ams.made.size).toBe(0);
    expect(stream().questions.unlinked.get(ID)?.reason).toBe("own-copy");
  });
});
