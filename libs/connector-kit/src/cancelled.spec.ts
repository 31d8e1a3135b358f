import { beforeEach, describe, expect, it } from "vitest";
import { telling, visit } from "./memory/index.js";
import type { MemoryWorld } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

let world: MemoryWorld;
/** Until somebody writes it again, by version. */
let off: Map<string, string | undefined>;
const versionOf = (id: string) => world.remote.items.get(id)?.version;

beforeEach(() => {
  world = twoWays();
  off = new Map();
  telling(world.remote, (id) =>
    off.has(id) && off.get(id) === versionOf(id)
      ? { cancelled: true }
      : undefined,
  );
});

const stream = () => world.stream("appointments");
const at = () => world.addressOf("appointment", "9");
const isOff = () => off.get(at()) === versionOf(at());
const loss = () => stream().links.get("appointment/9")?.lost;
const callOff = (id: string, fields: Record<string, string> = {}) => {
  world.remote.edit(id, fields);
  off.set(id, versionOf(id));
};
const made = async () => {
  world.commit([visit()]);
  await world.settle();
  callOff(at(), { reason: "Abgesagt: Besprechung" });
  await poll(world);
};
const decide = (restore: boolean) =>
  world.state
    .questions(world.key.accountId, "appointments")
    .decideLost(
      { kind: "appointment", recordId: "9" },
      restore,
      world.state.feed,
      world.clock.epoch(),
    );

describe("an event that is cancelled there", () => {
  it("stays in ams as it is and is shown as lost, once", async () => {
    await made();
    expect(valuesOf(world, "appointment/9")).toMatchObject({
      reason: "Besprechung",
    });
    expect(loss()).toBe("noticed");
    expect(stream().setAside).toEqual([]);
    const before = world.writes().length;
    world.wantAll();
    await poll(world);
    expect(world.writes()).toHaveLength(before);
    expect(isOff()).toBe(true);
  });

  it.each([false, true])(
    "costs nothing when a list tells of it again (decided to leave it: %s)",
    async (leave) => {
      const told = async () => {
        delete stream().remoteToken;
        const before = world.remote.requests.length;
        await poll(world);
        return world.remote.requests
          .slice(before)
          .filter(({ operation }) => operation === "fetch").length;
      };
      await made();
      if (leave) decide(false);
      expect(await told()).toBe(0);
      // Of another version it is looked at once.
      callOff(at(), { reason: "Noch einmal abgesagt" });
      expect(await told()).toBe(1);
      expect(await told()).toBe(0);
      expect(loss()).toBe(leave ? "left" : "noticed");
      off.clear();
      world.remote.edit(at(), { reason: "Gespräch" });
      expect(await told()).toBe(1);
      expect(loss()).toBeUndefined();
    },
  );

  it.each(["ams-wins", "remote-wins"] as const)(
    "takes place again with the record's next change, as ams has it (%s)",
    async (policy) => {
      world.options = { ...world.options, policy };
      await made();
      world.commit([visit({ remark: "Doch" })]);
      await poll(world);
      expect(isOff()).toBe(false);
      expect(world.shown("appointment", "9")).toEqual({
        ...{ date: "2024-03-31", reason: "Besprechung", remark: "Doch" },
      });
      expect(loss()).toBeUndefined();
      expect(valuesOf(world, "appointment/9")).toMatchObject({
        reason: "Besprechung",
      });
      expect(stream().conflicts.map(({ conflict }) => conflict)).toEqual([
        {
          ...{ field: "reason", winner: "ams" },
          ...{ ams: "Besprechung", remote: "Abgesagt: Besprechung" },
        },
      ]);
    },
  );

  it.each([true, false])(
    "is not brought back by a reset, but by the record's next change (seen before: %s)",
    async (seen) => {
      world.commit([visit()]);
      await world.settle();
      callOff(at(), { reason: "Abgesagt: Besprechung" });
      if (seen) await poll(world);
      const before = world.writes().length;
      world.state.reset(world.key.accountId, "appointments");
      await poll(world);
      expect(world.writes()).toHaveLength(before);
      expect(isOff()).toBe(true);
      expect(loss()).toBe("noticed");
      world.commit([visit({ remark: "Doch" })]);
      await poll(world);
      expect(isOff()).toBe(false);
      expect(world.shown("appointment", "9")).toMatchObject({
        ...{ reason: "Besprechung", remark: "Doch" },
      });
    },
  );

  it("what ams never had of it comes in then, and is not emptied", async () => {
    world.commit([visit()]);
    await world.settle();
    callOff(at(), { remark: "Krank" });
    await poll(world);
    expect(valuesOf(world, "appointment/9")).not.toHaveProperty("remark");
    world.commit([visit({ reason: "Gespräch" })]);
    await poll(world);
    for (const form of [
      valuesOf(world, "appointment/9"),
      world.shown("appointment", "9"),
    ])
      expect(form).toMatchObject({ remark: "Krank", reason: "Gespräch" });
  });

  it("takes place again where its user wants it", async () => {
    await made();
    expect(decide(true)).toBe(true);
    await poll(world);
    expect(isOff()).toBe(false);
    expect(world.shown("appointment", "9")).toMatchObject({
      reason: "Besprechung",
    });
    expect(loss()).toBeUndefined();
  });

  it("stays cancelled where its user leaves it so", async () => {
    await made();
    expect(decide(false)).toBe(true);
    world.commit([visit({ reason: "Gespräch" })]);
    await poll(world);
    expect(isOff()).toBe(true);
    expect(loss()).toBe("left");
  });

  it("is no loss any more once it takes place there again", async () => {
    await made();
    world.remote.edit(at(), { reason: "Gespräch" });
    await poll(world);
    expect(loss()).toBeUndefined();
    expect(valuesOf(world, "appointment/9")).toMatchObject({
      reason: "Gespräch",
    });
  });

  it("is deleted with its record", async () => {
    await made();
    world.commit([], [{ kind: "appointment", id: "9" }]);
    await poll(world);
    expect(world.remote.items.has(at())).toBe(false);
  });

  it("is not brought back by being found under its own id", async () => {
    await made();
    world.state.forget(world.key.accountId, "appointments");
    world.wantAll();
    await poll(world);
    expect(loss()).toBeUndefined();
    world.wantAll();
    await poll(world);
    expect(isOff()).toBe(true);
    expect(loss()).toBe("noticed");
  });

  it("is not brought back by being told of without a link", async () => {
    await made();
    stream().links.clear();
    callOff(at(), { reason: "Noch einmal abgesagt" });
    await poll(world);
    world.wantAll();
    await poll(world);
    expect(isOff()).toBe(true);
    expect(loss()).toBe("noticed");
  });

  it("since it was looked at last is not taken over either", async () => {
    const id = "/kalender/von-hand.ics";
    const fields = { date: "2024-03-31", reason: "Besprechung" };
    world.containers = { appointments: "/kalender/" };
    world.remote.add(id, id, { type: "appointment", fields });
    await poll(world);
    expect(stream().questions.unlinked.get(id)?.reason).toBe(
      "before-connection",
    );
    off.set(id, versionOf(id));
    world.commit([visit()]);
    await poll(world);
    const { itemId } = stream().links.get("appointment/9") ?? {};
    expect(itemId).toMatch(/^\/kalender\/(?!von-hand)/);
  });

  it("is not taken over by an equal appointment, nor made one of its own", async () => {
    const id = "/appointments/von-hand.ics";
    const fields = { date: "2024-03-31", reason: "Besprechung" };
    world.remote.add(id, id, { type: "appointment", fields });
    off.set(id, versionOf(id));
    await poll(world);
    expect(world.ams.made.size).toBe(0);
    expect(stream().questions.unlinked.get(id)).toMatchObject({
      ...{ reason: "cancelled", keys: [] },
    });
    world.commit([visit()]);
    await poll(world);
    expect(stream().links.get("appointment/9")?.itemId).toBe(at());
    expect(off.get(id)).toBe(versionOf(id));
    // It is put back there.
    off.clear();
    world.remote.annotate(id, "doch");
    await poll(world);
    expect(stream().questions.unlinked.get(id)?.reason).not.toBe("cancelled");
  });
});
