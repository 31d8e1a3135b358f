import { expect, it } from "vitest";
import { MemoryWorld } from "./memory/index.js";

const ID = "/contacts/max.vcf";
const FIELDS = { lastName: "Groß", email: "max@gross.example" };

it("what a run that died made of a card is imported, not adopted", async () => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  const { open } = world.remote;
  world.remote.open = async (login) => {
    const session = await open.call(world.remote, login);
    const { stream } = session;
    return Object.assign(session, {
      stream: (...which: Parameters<typeof stream>) => {
        const port = stream(...which);
        const { fetch } = port;
        return Object.assign(port, {
          fetch: async (ids: readonly string[]) =>
            new Map(
              [...(await fetch(ids))].map(([id, item]) => [
                id,
                { ...item, categories: ["Kunde"] },
              ]),
            ),
        });
      },
    });
  };
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
