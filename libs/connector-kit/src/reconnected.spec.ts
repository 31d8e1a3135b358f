import { describe, expect, it } from "vitest";
import { telling } from "./memory/index.js";
import type { MemoryWorld } from "./memory/index.js";
import { poll, twoWays } from "./testing/two-ways.js";

/** The user disconnects the system and connects it once more: another account, at which nothing is remembered. */
const reconnect = (world: MemoryWorld, userId = "7") => {
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).active = false;
  const accountId = "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20";
  Object.assign(world.key, { accountId });
  world.userId = userId;
  world.state.connect(world.key, ["contacts", "appointments"]);
};

const MAX = {
  ...{ firstName: "Max", lastName: "Weiß", street: "Weg 1", city: "Köln" },
};
const NAMELESS = {
  ...{ date: "2026-10-25", from: "10:00", to: "11:00", remark: "bei Käthe" },
};

const card = (world: MemoryWorld, fields: typeof MAX = MAX) => {
  telling(world.remote, () => ({ categories: ["Kunde"] }));
  world.remote.add("/contacts/a.vcf", "a-uid", { type: "private", fields });
};
const event = (world: MemoryWorld, n: string, fields: object = NAMELESS) =>
  world.remote.add(`/appointments/${n}.ics`, `${n}-uid`, {
    ...{ type: "appointment", fields: { ...NAMELESS, ...fields } },
  });

const started = async () => {
  const world = twoWays();
  await world.settle();
  return world;
};
const keys = (world: MemoryWorld) => [...world.ams.records.keys()];
const reasons = (world: MemoryWorld, kind: "contacts" | "appointments") =>
  [...world.stream(kind).questions.unlinked.values()].map(
    ({ reason }) => reason,
  );

describe("who connects once more", () => {
  it("has the customer that was made of a card of which nothing but the name is known", async () => {
    const world = await started();
    card(world);
    await poll(world);
    const [made] = keys(world);
    reconnect(world);
    await poll(world);
    expect(keys(world)).toEqual([made]);
    const [link] = world.stream("contacts").links.values();
    expect(link).toMatchObject({
      ...{ itemId: "/contacts/a.vcf", origin: "imported" },
    });
  });

  it("has the appointment that was made of an event without a reason", async () => {
    const world = await started();
    event(world, "a");
    await poll(world);
    const made = keys(world);
    reconnect(world);
    await poll(world);
    expect(keys(world)).toEqual(made);
    expect(world.stream("appointments").links.size).toBe(1);
  });

  it("has both that were made of equal events, and is asked nothing", async () => {
    const world = await started();
    for (const n of ["a", "b"]) event(world, n, { reason: "Block" });
    await poll(world);
    const linked = () =>
      [...world.stream("appointments").links]
        .map(([key, { itemId }]) => `${key} ${itemId}`)
        .sort();
    const before = linked();
    expect(before).toHaveLength(2);
    reconnect(world);
    await poll(world);
    expect(keys(world)).toHaveLength(2);
    expect(linked()).toEqual(before);
    expect(reasons(world, "appointments")).toEqual([]);
  });

  it("is given a customer of whom nobody noted for whom that was made as one that was there", async () => {
    const world = await started();
    card(world);
    await poll(world);
    const [made] = keys(world);
    reconnect(world);
    const madeOf = world.ams.madeOf.bind(world.ams);
    world.ams.madeOf = async (...asked) =>
      (await madeOf(...asked)).map(
        (one) => one && { ...one, unsure: true as const },
      );
    await poll(world);
    expect(keys(world)).toEqual([made]);
    const [link] = world.stream("contacts").links.values();
    expect(link).toMatchObject({
      ...{ itemId: "/contacts/a.vcf", origin: "adopted" },
    });
  });

  it("is asked of a card that has become somebody else's meanwhile", async () => {
    const world = await started();
    card(world);
    await poll(world);
    reconnect(world);
    world.remote.edit("/contacts/a.vcf", {
      ...{ firstName: "Käthe", lastName: "Groß" },
    });
    await poll(world);
    expect(keys(world)).toHaveLength(1);
    expect(reasons(world, "contacts")).toEqual(["ambiguous"]);
  });

  it("does not get again what was deleted in ams meanwhile", async () => {
    const world = await started();
    card(world);
    await poll(world);
    const [made = ""] = keys(world);
    world.stream("contacts").active = false;
    world.commit([], [{ kind: "customer", id: made.split("/")[1] ?? "" }]);
    reconnect(world);
    await poll(world);
    expect(keys(world)).toEqual([]);
    expect(reasons(world, "contacts")).toEqual(["record-deleted"]);
  });

  it("does not get a second one of what they may not see any more", async () => {
    const world = await started();
    card(world);
    await poll(world);
    const made = keys(world);
    reconnect(world);
    const user = world.ams.user;
    if (!user) throw new Error("no user");
    world.ams.user = { ...user, agentRelease: true };
    await poll(world);
    expect(keys(world)).toEqual(made);
    expect(world.stream("contacts").links.size).toBe(0);
    expect(reasons(world, "contacts")).toEqual(["matched-out-of-scope"]);
  });

  it("as somebody else has an appointment of their own of the event that both are invited to", async () => {
    const world = await started();
    event(world, "a");
    await poll(world);
    const user = world.ams.user;
    if (!user) throw new Error("no user");
    world.ams.users.set("8", { ...user, userId: "8" });
    reconnect(world, "8");
    await poll(world);
    expect(keys(world)).toHaveLength(2);
  });
});
