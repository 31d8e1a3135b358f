import type { Obstacle } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, anna, jost } from "./memory/index.js";
import type { Item } from "./port.js";

let world: MemoryWorld;
let obstacles: Map<string, Obstacle>;

/** The other system holds these and cannot read them as records. */
beforeEach(() => {
  world = new MemoryWorld();
  obstacles = new Map();
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
              [...(await fetch(ids))].map(([id, item]) => [id, blocked(item)]),
            ),
        });
      },
    });
  };
});

const blocked = (item: Item): Item => {
  const obstacle = obstacles.get(item.id);
  return obstacle === undefined
    ? item
    : { ...item, obstacle, canonical: { type: "private", fields: {} } };
};

describe("an item that cannot be read", () => {
  it("sets its record aside with the reason and is left as it is; the others go on", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    const id = world.addressOf("customer", "1");
    const before = world.remote.items.get(id);
    obstacles.set(id, "unreadable");
    world.commit([anna({ city: "Ulm" }), jost({ city: "Ulm" })]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/1", "unreadable"]]);
    expect(world.remote.items.get(id)?.form).toEqual(before?.form);
    obstacles.clear();
    await world.clock.advance(86_400_000);
    await world.settle();
    expect(world.stream().setAside).toEqual([]);
    expect(world.remote.items.get(id)?.form.fields).toMatchObject({
      city: "Ulm",
    });
  });
});
