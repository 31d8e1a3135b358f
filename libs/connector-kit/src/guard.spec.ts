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
