import { beforeEach, describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { linkView } from "./link.js";
import { MemoryWorld, customer } from "./memory/index.js";

const IDS = ["1", "2", "3", "4", "5"];
const contacts = (city: string | null = null) =>
  IDS.map((id) => customer(id, { lastName: `Groß ${id}`, city }, 0));

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  Object.assign(world.remote, { namesVersions: false, readsBack: true });
  world.commit(contacts());
});

const reads = () =>
  world.remote.requests.filter(({ operation }) => operation === "fetch");
const versions = () =>
  [...world.stream().links.values()].map(({ itemVersion }) => itemVersion);
const there = () => [...world.remote.items.values()];

describe("versions that a system does not say", () => {
  it("are asked for once for all writes of a slice, and remembered", async () => {
    expect(await world.run()).toMatchObject({ counts: { created: 5 } });
    expect(reads()).toHaveLength(1);
    expect(versions()).toEqual(there().map(({ version }) => version));

    const before = reads().length;
    world.commit(contacts("Düren"));
    expect(await world.run()).toMatchObject({ counts: { updated: 5 } });
    // What is there, before; what was left there, after.
    expect(reads().length - before).toBe(2);
    expect(versions()).toEqual(there().map(({ version }) => version));
  });

  it("stay unknown where what is there is something else", async () => {
    world.remote.fault = ({ operation }) => {
      const [first] = world.remote.items.keys();
      if (operation === "fetch" && first !== undefined)
        world.remote.edit(first, { fax: "0911 7" });
      return undefined;
    };
    await world.run();
    expect(versions().filter((version) => version === undefined)).toHaveLength(
      1,
    );
  });

  it("stay unknown where the question fails, and nothing is written again", async () => {
    world.remote.fault = ({ operation }) =>
      operation === "fetch"
        ? { before: new ConnectorError("rejected", "Not like this.") }
        : undefined;
    expect(await world.run()).toMatchObject({ counts: { created: 5 } });
    expect(world.stream().pending).toBe(0);
    expect(versions()).toEqual(IDS.map(() => undefined));
    world.remote.fault = () => undefined;
    // Nobody has emptied what nobody has seen there.
    expect(linkView([...world.stream().links.values()][0]!).unkept).toEqual([
      "lastName",
    ]);
    world.wantAll();
    await world.settle();
    expect(world.writes()).toEqual(IDS.map(() => "create"));
    for (const link of world.stream().links.values())
      expect(linkView(link).unkept).toBeUndefined();
  });

  it("show what was not stored in spite of the answer", async () => {
    world.remote.fault = ({ operation }) => {
      const [first] = world.remote.items.keys();
      if (operation === "fetch" && first !== undefined)
        world.remote.items.delete(first);
      return undefined;
    };
    await world.run();
    expect(world.stream().setAside).toMatchObject([{ code: "rejected" }]);
    expect(world.stream().links.size).toBe(4);
  });
});
