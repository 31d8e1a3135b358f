import { beforeEach, expect, it } from "vitest";
import { MemoryWorld, customers } from "./memory/index.js";

/** What the guard lets go at the end of a plan goes in the run that planned it. */

let world: MemoryWorld;
beforeEach(async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.commit(customers(200));
  await world.settle(50);
});

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    kind: "customer" as const,
    id: String(index + 10),
  }));

it.each([1, 2, 7, 10])(
  "few removals among much else, in slices of %i",
  async (sliceSize) => {
    world.limits = { ...world.limits, sliceSize };
    const changed = customers(200).slice(50, 80);
    world.commit(
      changed.map((record) => ({
        ...record,
        values: { ...record.values, city: "Ulm" },
      })) as typeof changed,
      ids(8),
    );
    const report = await world.run();
    expect(report).toMatchObject({
      outcome: "done",
      more: false,
      counts: { updated: 30, deleted: 8 },
    });
    expect(world.remote.items.size).toBe(192);
  },
);

it("too many are held after one question, and nothing else waits", async () => {
  world.commit([], ids(40));
  const report = await world.run();
  expect(report).toMatchObject({
    outcome: "done",
    more: false,
    counts: { deleted: 0 },
  });
  expect(world.stream().questions.held).toHaveLength(40);
  expect(world.remote.items.size).toBe(200);
});

it("what an operator has agreed to when a snapshot lacked it goes without a second question", async () => {
  for (const { kind, id } of ids(40)) world.ams.remove({ kind, id });
  world.state.append(
    ids(40).map((ref) => ({ ...ref, deleted: true, approved: true })),
  );
  const report = await world.run();
  expect(report).toMatchObject({ more: false, counts: { deleted: 40 } });
  expect(world.stream().questions.held).toEqual([]);
  // It was asked about, so that it is not counted: the day's own are free still.
  world.commit(
    [],
    ids(50)
      .slice(40)
      .map(({ kind, id }) => ({ kind, id })),
  );
  expect(await world.run()).toMatchObject({ counts: { deleted: 10 } });
});

/** Deleted in ams, and a run that plans it. */
const remove = async (from: number, to: number) => {
  world.commit([], ids(to).slice(from));
  await world.run();
};
const heldNow = () => world.stream().questions.held.length;
const DAY_MS = 25 * 60 * 60_000;

it("what is held is not let go by the day that passes", async () => {
  await remove(0, 8);
  await remove(8, 13);
  expect([heldNow(), world.remote.items.size]).toEqual([5, 192]);
  await world.clock.advance(DAY_MS);
  world.state.wantAll(world.key.accountId);
  await world.settle();
  expect([heldNow(), world.remote.items.size]).toEqual([5, 192]);
  // It is one plan with what comes next.
  await remove(13, 14);
  expect([heldNow(), world.remote.items.size]).toEqual([6, 192]);
  const { questions } = world.stream();
  questions.approve(questions.held);
  await world.settle();
  expect([heldNow(), world.remote.items.size]).toEqual([0, 186]);
  await remove(14, 15);
  expect([heldNow(), world.remote.items.size]).toEqual([0, 185]);
});

it("nor by a stream that grows, nor by the approval of a part", async () => {
  await remove(0, 12);
  expect(heldNow()).toBe(12);
  world.commit(customers(320).slice(200));
  await world.settle();
  expect([heldNow(), world.remote.items.size]).toEqual([12, 320]);
  const { questions } = world.stream();
  questions.approve(questions.held.slice(0, 4));
  await world.settle();
  expect([heldNow(), world.remote.items.size]).toEqual([8, 316]);
});

it("what is held and told anew is held on", async () => {
  await remove(0, 12);
  await world.clock.advance(DAY_MS);
  world.commit([], ids(10));
  await world.settle();
  expect([heldNow(), world.remote.items.size]).toEqual([12, 200]);
});
