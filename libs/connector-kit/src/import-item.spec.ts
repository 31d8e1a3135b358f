import { expect, it } from "vitest";
import { MemoryWorld, telling } from "./memory/index.js";

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
