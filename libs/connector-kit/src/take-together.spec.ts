import { beforeEach, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { MemoryWorld, Mortality, customers } from "./memory/index.js";

/** What a slice wrote into ams in one transaction is remembered, whatever ends the run then. */

const MANY = 10;
let world: MemoryWorld;
beforeEach(async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts"];
  world.options = { ...world.options, policy: "remote-wins" };
  world.commit(
    customers(MANY).map(
      (record) =>
        ({
          ...record,
          values: { ...record.values, city: "Ulm" },
        }) as typeof record,
    ),
  );
  await world.settle();
  world.stream().remoteDue = true;
});

const ids = Array.from({ length: MANY }, (_, index) => String(index + 10));
const edit = (fields: Record<string, string | undefined>) => {
  for (const id of ids)
    world.remote.edit(world.addressOf("customer", id), fields);
};

/** As soon as ams has taken all. */
const afterTaking = (then: () => void) => {
  const { changeTogether } = world.ams;
  world.ams.changeTogether = async (home, all) => {
    const rows = await changeTogether.call(world.ams, home, all);
    world.ams.changeTogether = changeTogether;
    then();
    return rows;
  };
};

/** What somebody enters in ams afterwards stays. */
const editInAms = async () => {
  for (const record of [...world.ams.records.values()])
    world.commit([
      {
        ...record,
        values: { ...record.values, city: "Bonn" },
      } as typeof record,
    ]);
  await world.settle();
  for (const record of world.ams.records.values())
    expect(record.values).toMatchObject({ city: "Bonn" });
  expect(world.stream().conflicts).toEqual([]);
};

it("when the process is asked to stop", async () => {
  edit({ city: "Köln" });
  const stopping = new AbortController();
  afterTaking(() => stopping.abort());
  const report = await world.run(new Mortality(), stopping.signal);
  expect(report).toMatchObject({ counts: { taken: MANY } });
  await editInAms();
});

it("when ams goes away under another work of the slice", async () => {
  edit({ city: "Köln" });
  world.remote.edit(world.addressOf("customer", "10"), { city: "Kiel" });
  const [first] = world.ams.records.values();
  // One that both sides changed is not written with the others.
  if (first?.kind === "customer")
    world.commit([{ ...first, values: { ...first.values, city: "Hof" } }]);
  const { change } = world.ams;
  let away = false;
  world.ams.change = (home, one) =>
    away
      ? Promise.reject(new AmsAway(true, "ams does not answer."))
      : change.call(world.ams, home, one);
  afterTaking(() => {
    away = true;
  });
  expect((await world.run()).outcome).toBe("transient");
  for (const id of ids.slice(1))
    expect(world.stream().links.get(`customer/${id}`)?.fields).toContain(
      "Köln",
    );
});

it("and what it emptied is counted by the guard", async () => {
  edit({ city: undefined });
  const stopping = new AbortController();
  afterTaking(() => stopping.abort());
  await world.run(new Mortality(), stopping.signal);
  for (const record of world.ams.records.values())
    expect(record.values).not.toMatchObject({ city: "Ulm" });
  // Ten of a day are spent: not one more goes unasked.
  world.commit([], [{ kind: "customer", id: "10" }]);
  await world.settle();
  expect(world.stream().questions.held).toHaveLength(1);
});
