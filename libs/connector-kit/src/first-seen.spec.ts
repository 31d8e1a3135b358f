import type { Instant } from "@ams-sync/sync-core";
import { beforeEach, expect, it } from "vitest";
import { MemoryWorld, telling } from "./memory/index.js";
import type { Item } from "./port.js";

/** R25: events of a calendar that was there before. */

const CALENDAR = "/privat/";
let world: MemoryWorld;
/** What the events say of themselves. */
let told: Map<string, Partial<Item>>;

beforeEach(() => {
  told = new Map();
  world = new MemoryWorld();
  world.remote.inward = ["appointments"];
  world.containers = { appointments: CALENDAR };
  telling(world.remote, (id) => told.get(id));
});

const event = (
  name: string,
  about: Partial<Item> = {},
  calendar = CALENDAR,
): string => {
  const id = `${calendar}${name}.ics`;
  told.set(id, about);
  world.remote.add(id, name, {
    type: "appointment",
    fields: { date: "2026-10-25", from: "10:00", to: "11:00", reason: name },
  });
  return id;
};
const poll = async () => {
  world.stream("appointments").remoteDue = true;
  await world.clock.advance(1_000);
  await world.settle();
};
const reasonOf = (id: string) =>
  world.stream("appointments").questions.unlinked.get(id)?.reason;
const made = () =>
  [...world.ams.made.values()].map(({ fields }) => fields["reason"]);

it("what was there stays there, what nobody dates and comes later comes in", async () => {
  const old = event("Zahnarzt");
  await poll();
  expect(reasonOf(old)).toBe("before-connection");
  event("Besuch");
  world.remote.edit(old, { to: "12:00" });
  await poll();
  expect(made()).toEqual(["Besuch"]);
  expect(reasonOf(old)).toBe("before-connection");
});

it("what says that it is older stays there, though it is announced only now", async () => {
  await poll();
  const moved = event("Umzug", {
    createdAt: (world.clock.epoch() - 86_400_000) as Instant,
  });
  await poll();
  expect(made()).toEqual([]);
  expect(reasonOf(moved)).toBe("before-connection");
});

it("what came while it could not come in is still new when it can", async () => {
  await poll();
  const id = event("Seminar", { obstacle: "several-days" });
  await poll();
  expect(reasonOf(id)).toBe("several-days");
  told.set(id, {});
  world.remote.edit(id, { to: "11:30" });
  await poll();
  expect(made()).toEqual(["Seminar"]);
});

it.each([
  ["is from before", {}],
  ["is private", { confidential: true }],
] as const)(
  "what %s comes in when a user asks for it",
  async (_what, about) => {
    const old = event("Zahnarzt", about);
    await poll();
    expect(made()).toEqual([]);
    const { state, key, clock } = world;
    const questions = state.questions(key.accountId, "appointments");
    const create = { answer: "create" } as const;
    expect(questions.decideItem(old, create, clock.epoch())).toBe(true);
    await world.settle();
    expect(made()).toEqual(["Zahnarzt"]);
    expect(reasonOf(old)).toBeUndefined();
    world.wantAll();
    await poll();
    expect(made()).toEqual(["Zahnarzt"]);
    expect(world.remote.items.size).toBe(1);
  },
);

it("what ams cannot hold does not come in for that either", async () => {
  const course = event("Kurs", { obstacle: "recurring" });
  await poll();
  const { state, key, clock } = world;
  const questions = state.questions(key.accountId, "appointments");
  const create = { answer: "create" } as const;
  expect(questions.decideItem(course, create, clock.epoch())).toBe(true);
  await world.settle();
  expect(made()).toEqual([]);
  expect(reasonOf(course)).toBe("recurring");
});

it("the own calendar is own also where the user chose it", async () => {
  const own = "/appointments/";
  world.containers = { appointments: own };
  event("Zahnarzt", { confidential: true }, own);
  event("Besuch", { createdAt: 1 as Instant }, own);
  await poll();
  expect(made().toSorted()).toEqual(["Besuch", "Zahnarzt"]);
});
