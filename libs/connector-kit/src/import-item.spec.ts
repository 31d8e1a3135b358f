import { expect, it, vi } from "vitest";
import { MemoryWorld, customer, telling } from "./memory/index.js";

const ID = "/contacts/max.vcf";
const FIELDS = { lastName: "Groß", email: "max@gross.example" };

it("what a run that died made of a card is imported, not adopted", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  telling(world.remote, () => ({ categories: ["Kunde"] }));
  await world.settle();
  world.remote.add(ID, "max", { type: "private", fields: FIELDS });
  const { accountId, tenantId } = world.key;
  const made = await world.ams.create(
    { tenantId },
    "7",
    world.options,
    { accountId, stream: "contacts", uid: "max" },
    { kind: "customer", type: "private", status: "customer", fields: FIELDS },
  );
  if (made.outcome !== "created") throw new Error(made.outcome);
  world.stream().remoteDue = true;
  await world.clock.advance(1_000);
  await world.settle();
  expect([...world.stream().links.values()]).toMatchObject([
    { itemId: ID, origin: "imported" },
  ]);
  expect(world.ams.made.size).toBe(1);
});

it("one question tells what was made of all cards of a slice, and no customer that is there costs a transaction", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  telling(world.remote, () => ({ categories: ["Kunde"] }));
  const all = Array.from({ length: 30 }, (_, n) => ({
    lastName: `Groß ${n}`,
    email: `max${n}@gross.example`,
  }));
  world.limits = { ...world.limits, sliceSize: 30 };
  await world.settle();
  world.commit(all.map((values, n) => customer(String(n + 1), values, 0)));
  for (const [n, fields] of all.entries())
    world.remote.add(`/contacts/max-${n}.vcf`, `max-${n}`, {
      ...{ type: "private", fields },
    });
  const asked = vi.spyOn(world.ams, "madeOf");
  const create = vi.spyOn(world.ams, "create");
  world.stream().remoteDue = true;
  await world.settle();
  expect(world.stream().links.size).toBe(30);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(create).not.toHaveBeenCalled();
});

it("a card that hundreds of customers may be is a question like any other, and stops nothing", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  telling(world.remote, () => ({ categories: ["Kunde"] }));
  const all = Array.from({ length: 120 }, (_, n) =>
    customer(String(n + 1), { lastName: `Groß ${n}`, email: FIELDS.email }, 0),
  );
  world.commit(all);
  await world.settle();
  world.remote.add(ID, "max", {
    ...{ type: "private", fields: { ...FIELDS, lastName: "Klein" } },
  });
  world.stream().remoteDue = true;
  await world.settle();
  const left = world.stream().questions.unlinked.get(ID);
  expect(left).toMatchObject({ reason: "ambiguous" });
  expect(left?.candidates).toHaveLength(100);
  expect(world.stream().pending).toBe(0);
});
