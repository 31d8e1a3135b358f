import { beforeEach, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, Mortality, anna, customers } from "./memory/index.js";

/** What was done is remembered and counted where a slice ends early, and nothing further is asked then. */

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts"];
});

const ids = Array.from({ length: 10 }, (_, index) => String(index + 10));
const at = (id: string) => world.addressOf("customer", id);
const refs = (some: readonly string[]) =>
  some.map((id) => ({ kind: "customer", id }) as const);

it("the guard counts what goes of a record that was under way to another container; what is in the old one stays", async () => {
  world.commit([anna()]);
  await world.settle();
  world.containers = { contacts: "/neu/" };
  world.wantAll();
  world.remote.fault = ({ operation }) =>
    operation === "create"
      ? { after: new ConnectorError("throttled", "Slow down.") }
      : undefined;
  await world.run();
  expect(world.remote.items.size).toBe(2);
  world.remote.fault = () => undefined;
  world.commit([], refs(["1"]));
  await world.clock.advance(60_000);
  await world.settle();
  expect([...world.remote.items.keys()]).toEqual([at("1")]);
  world.commit(customers(20));
  await world.settle();
  // Ten of a day may go, and one of them is gone.
  world.commit([], refs(ids));
  await world.settle();
  expect(world.stream().questions.held).toHaveLength(10);
  expect(world.remote.items.size).toBe(21);
});

it("items that are read one by one are no longer read when the run's time is up", async () => {
  world.limits = { ...world.limits, maxSeconds: 20 };
  world.commit(customers(10));
  await world.settle();
  for (const id of ids) world.remote.edit(at(id), { city: "Köln" });
  world.stream().remoteDue = true;
  const asked: number[] = [];
  world.remote.fault = ({ operation, at: which }) => {
    if (operation !== "fetch") return undefined;
    asked.push(which.split(" ").length);
    if (asked.length > 1) void world.clock.advance(21_000);
    return asked.length === 1
      ? { before: new ConnectorError("rejected", "Not all of them.") }
      : undefined;
  };
  expect(await world.run(new Mortality())).toMatchObject({
    outcome: "handed-back",
  });
  expect(asked).toEqual([10, 1]);
  world.remote.fault = () => undefined;
  await world.settle();
  for (const id of ids)
    expect(world.ams.records.get(`customer/${id}`)?.values).toMatchObject({
      city: "Köln",
    });
});

it("writes whose versions were still to be asked for are remembered although ams goes away", async () => {
  Object.assign(world.remote, { namesVersions: false, readsBack: true });
  world.remote.concurrency = 20;
  world.commit(customers(10));
  await world.settle();
  world.remote.edit(at("10"), { fax: "0221 1" });
  world.commit(
    [...world.ams.records.values()].map(
      (record) =>
        ({ ...record, values: { ...record.values, city: "Ulm" } }) as never,
    ),
  );
  world.stream().remoteDue = true;
  const { change } = world.ams;
  world.ams.change = () =>
    Promise.reject(new AmsAway(true, "ams does not answer."));
  expect((await world.run()).outcome).toBe("transient");
  world.ams.change = change;
  const updated = world.remote.writes.filter(
    ({ operation }) => operation === "update",
  );
  expect(updated.length).toBeGreaterThan(2);
  const known = [...world.stream().links.values()].flatMap(
    ({ itemId, fields }) => (fields.includes("Ulm") ? [itemId] : []),
  );
  expect(known.toSorted()).toEqual(
    updated.map(({ at: which }) => which).toSorted(),
  );
});
