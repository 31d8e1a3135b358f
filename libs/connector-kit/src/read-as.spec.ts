import type { Canonical } from "@ams-sync/sync-core";
import { beforeEach, expect, it } from "vitest";
import { MemoryWorld, anna } from "./memory/index.js";
import type { Item } from "./port.js";

let world: MemoryWorld;
let believed: Canonical[];

beforeEach(() => {
  world = new MemoryWorld();
  believed = [];
  const { open } = world.remote;
  world.remote.open = async (login) => {
    const session = await open.call(world.remote, login);
    const { stream } = session;
    return Object.assign(session, {
      stream: (...which: Parameters<typeof stream>) =>
        Object.assign(stream(...which), {
          readAs: (item: Item, form: Canonical) => {
            believed.push(form);
            return item;
          },
        }),
    });
  };
});

it("an item is read in the light of what was agreed, and of the record where nothing was", async () => {
  world.commit([anna({ mobile: "0171 1" })]);
  await world.settle();
  world.state.forget(world.key.accountId, "contacts");
  world.commit([anna({ mobile: "0171 2" })]);
  await world.settle();
  expect(believed.at(-1)?.fields).toMatchObject({ mobile: "0171 2" });
  world.commit([anna({ mobile: "0171 3" })]);
  world.remote.edit(world.addressOf("customer", "1"), { city: "Ulm" });
  await world.settle();
  expect(believed.at(-1)?.fields).toMatchObject({ mobile: "0171 2" });
});
