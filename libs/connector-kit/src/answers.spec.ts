import { beforeEach, expect, it } from "vitest";
import { MemoryWorld, anna, jost } from "./memory/index.js";
import type { UserDecision } from "./run-state.js";

/** An item that people are shown (R46). */

const id = "/contacts/familie.vcf";
const shared = { email: "familie@example.org" };
let world: MemoryWorld;

beforeEach(async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.options = { ...world.options, policy: "remote-wins" };
  world.remote.add(id, "familie", {
    type: "private",
    fields: { lastName: "Familie", ...shared },
  });
  world.commit([anna(shared), jost(shared)]);
  await world.settle();
});

const answer = async (decision: UserDecision) => {
  const { state, key, clock } = world;
  const questions = state.questions(key.accountId, "contacts");
  const taken = questions.decideItem(id, decision, clock.epoch());
  await world.settle();
  return taken;
};
const linked = () =>
  [...world.stream().links.values()].find(({ itemId }) => itemId === id);

it("left alone it stays, also when it changes", async () => {
  expect(await answer({ answer: "leave" })).toBe(true);
  world.remote.edit(id, { city: "Köln" });
  world.stream().remoteDue = true;
  await world.settle();
  expect(linked()).toBeUndefined();
  expect(world.ams.made.size).toBe(0);
  expect(world.stream().questions.unlinked.get(id)?.settled).toBe(true);
});

it("without a category nothing is made of it unasked", () => {
  expect(world.stream().questions.unlinked.get(id)).toMatchObject({
    reason: "no-category",
    settled: false,
  });
  expect(linked()).toBeUndefined();
  expect(world.ams.made.size).toBe(0);
});
