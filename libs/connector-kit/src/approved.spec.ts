import { expect, it } from "vitest";
import { MemoryWorld, customer } from "./memory/index.js";

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
