import type { Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { linkOf, linkView } from "./link.js";
import { MemoryWorld, anna, jost } from "./memory/index.js";
import type { AmsEntry } from "./run-state.js";

const entry: AmsEntry = {
  entryId: 1n,
  position: 1n,
  attempts: 0,
  side: "ams",
  kind: "customer",
  recordId: "7",
  tombstone: false,
  judgedAt: 0,
};

describe("a link that does not say what its item kept", () => {
  const [fax, city] = ["0351 3", "Köln"];
  const emptied = async (between: (world: MemoryWorld) => Promise<unknown>) => {
    const world = new MemoryWorld();
    world.remote.inward = ["contacts"];
    world.commit([anna({ fax, city })]);
    await world.settle();
    const { links } = world.stream();
    for (const [id, link] of links) {
      const { "-": _, ...fields } = JSON.parse(link.fields) as Fields;
      links.set(id, { ...link, fields: JSON.stringify(fields) });
    }
    await between(world);
    const [item = ""] = world.remote.items.keys();
    world.remote.edit(item, { fax: undefined });
    world.stream().remoteDue = true;
    await world.settle();
    return world;
  };
  const held = (world: MemoryWorld): object =>
    world.ams.records.get("customer/1")?.values ?? {};

  it("empties nothing by what is not there", async () => {
    const world = await emptied(async () => undefined);
    expect(held(world)).toMatchObject({ fax, city });
    const [link] = world.stream().links.values();
    expect(link && linkView(link).unkept).toEqual(["fax"]);
  });

  it("says so once its item was looked at, and what is emptied then is", async () => {
    const world = await emptied((one) => {
      one.wantAll();
      return one.settle();
    });
    expect(held(world)).toMatchObject({ fax: null, city });
  });
});

describe("what is remembered of an item", () => {
  it.each([
    ['"1"', '"1"'],
    ['"1\0"', undefined],
    [`"${"v".repeat(1_023)}"`, undefined],
    ["", undefined],
    [undefined, undefined],
  ])("holds a version that state can keep, and no other: %j", (told, kept) => {
    const link = linkOf(entry, {
      itemId: "/a/7.vcf",
      itemVersion: told,
      base: { city: "Köln" },
      origin: "created",
    });
    expect(link.itemVersion).toBe(kept);
    expect("itemVersion" in link).toBe(kept !== undefined);
  });

  it("is not refused for a version that is too long", async () => {
    const world = new MemoryWorld();
    const { open } = world.remote;
    world.remote.open = async (login) => {
      const session = await open.call(world.remote, login);
      const { stream } = session;
      return Object.assign(session, {
        stream: (...which: Parameters<typeof stream>) => {
          const port = stream(...which);
          const { create } = port;
          return Object.assign(port, {
            create: async (...what: Parameters<typeof create>) => ({
              ...(await create(...what)),
              version: "v".repeat(5_000),
            }),
          });
        },
      });
    };
    world.commit([anna(), jost()]);
    await world.settle();
    expect(
      [...world.stream().links.values()].map(({ itemVersion }) => itemVersion),
    ).toEqual([undefined, undefined]);
  });
});
