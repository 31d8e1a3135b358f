import { describe, expect, it } from "vitest";
import { linkOf } from "./link.js";
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
