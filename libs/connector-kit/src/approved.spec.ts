import { expect, it } from "vitest";
import { MemoryWorld, customer } from "./memory/index.js";
import { poll, twoWays, valuesOf } from "./testing/two-ways.js";

const ids = Array.from({ length: 30 }, (_, index) => String(index + 10));
const FIELDS = {
  mobile: "0170 1",
  email: "post@weiss.example",
  webPage: "https://weiss.example",
  profession: "Bäckerin",
};

it("an approval lets go what was shown, and no field that was emptied since", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  const all = (fax: string | null) =>
    ids.map((id) =>
      customer(id, { lastName: `Böhm ${id}`, ...FIELDS, fax }, 0),
    );
  world.commit(all("0221 1"));
  await world.settle(20);
  world.commit(all(null));
  await world.settle(20);
  const { questions } = world.stream();
  expect(questions.held).toHaveLength(ids.length);
  expect(questions.held[0]).toMatchObject({ fields: ["fax"] });
  questions.approve(questions.held);
  // More than go unasked.
  for (const id of ids.slice(0, 12))
    world.remote.edit(world.addressOf("customer", id), {
      mobile: undefined,
      email: undefined,
      webPage: undefined,
      profession: undefined,
    });
  world.stream().remoteDue = true;
  world.state.account(world.key.accountId).dueAt = 0;
  await world.settle(20);
  expect(world.ams.records.get("customer/10")?.values).toMatchObject(FIELDS);
  expect(world.shown("customer", "10")).toMatchObject({ fax: "0221 1" });
  expect(world.shown("customer", "30")).not.toHaveProperty("fax");
  for (const shown of questions.held)
    expect(shown.fields).toEqual([...Object.keys(FIELDS), "fax"].toSorted());
  // Shown anew, it goes once that is approved too.
  questions.approve(questions.held);
  world.state.account(world.key.accountId).dueAt = 0;
  await world.settle(20);
  const left = world.ams.records.get("customer/10")?.values;
  expect(left).not.toMatchObject(FIELDS);
});

it("of items to be deleted lets no field be emptied in ams", async () => {
  const world = twoWays();
  // One slice holds what both sides announce.
  world.limits = { ...world.limits, sliceSize: 100 };
  world.commit(
    ids.map((id) => customer(id, { lastName: `Böhm ${id}`, ...FIELDS }, 0)),
  );
  await world.settle(20);
  const all = world.options;
  const { contacts } = all;
  if (!contacts) throw new Error("Contacts are on.");
  world.choose({ ...all, contacts: { ...contacts, customers: false } });
  await world.settle(20);
  const { questions } = world.stream();
  expect(questions.held.map(({ removal }) => removal)).toEqual(
    ids.map(() => "delete"),
  );
  questions.approve(questions.held);
  // Before the run that carries it out a phone empties the items, and the user puts the setting back.
  for (const id of ids)
    world.remote.edit(world.addressOf("customer", id), {
      mobile: undefined,
      email: undefined,
    });
  world.choose(all);
  await poll(world);
  for (const id of ids)
    expect(valuesOf(world, `customer/${id}`)).toMatchObject(FIELDS);
  expect(questions.held.length).toBeGreaterThan(0);
});

it("of a page that is out of date covers no field that was added since", async () => {
  const world = twoWays();
  const all = (fax: string | null, mobile: string | null) =>
    ids.map((id) =>
      customer(id, { lastName: `Böhm ${id}`, ...FIELDS, fax, mobile }, 0),
    );
  world.commit(all("0221 1", "0170 1"));
  await world.settle(20);
  world.commit(all(null, "0170 1"));
  await world.settle(20);
  const { questions } = world.stream();
  const shown = questions.held;
  for (const record of all(null, null)) world.ams.put(record);
  world.wantAll();
  await world.settle(20);
  expect(questions.held[0]).toMatchObject({ fields: ["fax", "mobile"] });
  expect(questions.approve(shown)).toBe(0);
  expect(questions.approve(questions.held)).toBe(ids.length);
});
