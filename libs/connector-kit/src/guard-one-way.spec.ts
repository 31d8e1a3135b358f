import { expect, it } from "vitest";
import { MemoryWorld, customer, customers } from "./memory/index.js";

const some = customers(30);
const ids = some.map(({ id }) => id);
const refs = ids.map((id) => ({ kind: "customer" as const, id }));

it("where nothing comes in, too, more deletions than may go unasked wait for somebody", async () => {
  const world = new MemoryWorld();
  world.commit(some);
  await world.settle();
  world.commit([], refs);
  await world.settle(20);
  expect(world.remote.items.size).toBe(30);
  const { questions } = world.stream();
  expect(questions.held).toHaveLength(30);
  questions.approve(questions.held);
  world.state.account(world.key.accountId).dueAt = 0;
  await world.settle(20);
  expect(world.remote.items.size).toBe(0);
});

it("and more fields than may be emptied", async () => {
  const world = new MemoryWorld();
  const all = (fax: string | null) =>
    ids.map((id) => customer(id, { lastName: `Böhm ${id}`, fax }, 0));
  world.commit(all("0221 1"));
  await world.settle(20);
  world.commit(all(null));
  await world.settle(20);
  expect(world.stream().questions.held).toHaveLength(30);
  expect(world.shown("customer", ids[0] ?? "")).toMatchObject({
    fax: "0221 1",
  });
});

it("few go at once, and what went counts", async () => {
  const world = new MemoryWorld();
  world.commit(some);
  await world.settle();
  world.commit([], refs.slice(0, 6));
  await world.settle();
  expect(world.remote.items.size).toBe(24);
  world.commit([], refs.slice(6, 12));
  await world.settle();
  expect(world.remote.items.size).toBe(24);
});
