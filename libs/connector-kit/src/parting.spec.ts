import { describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import {
  anna,
  customer,
  customers,
  MemoryWorld,
  Mortality,
  visit,
} from "./memory/index.js";

const card = (fields: object) => ({
  type: "private" as const,
  fields: fields as Record<string, string>,
});
const TWIN = "/contacts/twin.vcf";
const THEIRS = "/contacts/theirs.vcf";
const STRANGER = "/contacts/stranger.vcf";

/** Created, adopted and imported items, and one that is nobody's. */
const linked = async (more = 30): Promise<MemoryWorld> => {
  const world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.remote.add(
    TWIN,
    "twin",
    card({ firstName: "Jost", lastName: "Groß", email: "jost@gross.example" }),
  );
  world.remote.add(
    THEIRS,
    "theirs",
    card({ firstName: "Zoë", lastName: "Öztürk" }),
    { categories: ["Kunde"] },
  );
  world.remote.add(STRANGER, "stranger", card({ lastName: "Weiß" }));
  world.commit([
    anna(),
    visit(),
    ...customers(more),
    customer(
      "2",
      { firstName: "Jost", lastName: "Groß", email: "jost@gross.example" },
      0,
    ),
  ]);
  await world.settle(20);
  return world;
};

const isThrough = (world: MemoryWorld): boolean =>
  (["contacts", "appointments"] as const).every((kind) => {
    const { links, pending, setAside } = world.stream(kind);
    return links.size + pending + setAside.length === 0;
  });

describe("an account that is being disconnected", () => {
  it("takes out what ams created, all at once, and nothing else", async () => {
    const world = await linked();
    const origins = [...world.stream().links.values()].map((l) => l.origin);
    expect(new Set(origins)).toEqual(
      new Set(["created", "adopted", "imported"]),
    );
    const twin = world.remote.items.get(TWIN)?.form.fields;
    const made = world.ams.records.size;
    world.part();
    await world.settle(20);
    expect([...world.remote.items.keys()].toSorted()).toEqual(
      [STRANGER, THEIRS, TWIN].toSorted(),
    );
    expect(world.remote.items.get(TWIN)?.form.fields).toEqual(twin);
    expect(world.ams.records.size).toBe(made);
    expect(isThrough(world)).toBe(true);
  });

  it("asks nobody once more: a preview that was open is over", async () => {
    const world = await linked();
    const { contacts } = world.options;
    if (!contacts) throw new Error("Contacts are on.");
    world.options = {
      ...world.options,
      contacts: { ...contacts, tags: ["VIP"] },
    };
    world.settingsVersion += 1n;
    const { accountId } = world.key;
    world.state.announce(accountId, world.settingsVersion, [], true);
    await world.settle(20);
    expect(world.stream().trial.preview).toBe("shown");
    world.part();
    await world.settle(20);
    expect([...world.remote.items.keys()].toSorted()).toEqual(
      [STRANGER, THEIRS, TWIN].toSorted(),
    );
    expect(isThrough(world)).toBe(true);
  });

  it("reads nothing of ams: its user may have left, ams may be away", async () => {
    const world = await linked();
    world.part();
    world.ams.load = () => Promise.reject(new Error("ams is away"));
    await world.settle(20);
    expect(world.remote.items.size).toBe(3);
    expect(isThrough(world)).toBe(true);
  });

  it("makes nothing where its container is gone", async () => {
    const world = await linked();
    world.part();
    world.remote.items.clear();
    const before = world.writes().length;
    await world.settle(20);
    expect(isThrough(world)).toBe(true);
    expect(new Set(world.writes().slice(before))).toEqual(new Set(["delete"]));
  });

  it("keeps what the server would not delete, and tries it again", async () => {
    const world = await linked();
    world.part();
    const id = world.addressOf("customer", "1");
    world.remote.fault = (call) =>
      call.operation === "delete" && call.at === id
        ? { before: new ConnectorError("rejected", "read-only") }
        : undefined;
    await world.settle(20);
    expect(world.asideCodes()).toEqual([["ams:customer/1", "rejected"]]);
    world.remote.fault = () => undefined;
    await world.clock.advance(25 * 60 * 60 * 1_000);
    await world.settle(20);
    expect(isThrough(world)).toBe(true);
  });

  it("dies at any call, and the next run ends the same", async () => {
    for (const when of ["before", "after"] as const)
      for (let at = 1; ; at += 1) {
        const world = await linked(2);
        world.part();
        const life = new Mortality(at, when);
        const died = await Promise.race([
          world.run(life).then(() => false),
          life.death.then(() => true),
        ]);
        await world.clock.advance(120_000);
        await world.settle(20);
        await world.clock.advance(120_000);
        await world.settle(20);
        expect([when, at, [...world.remote.items.keys()].toSorted()]).toEqual([
          ...[when, at, [STRANGER, THEIRS, TWIN].toSorted()],
        ]);
        expect(isThrough(world)).toBe(true);
        if (!died) break;
      }
  });

  it("removes what a create left whose answer nobody saw", async () => {
    const world = await linked(2);
    world.commit([customer("77", { lastName: "Späth" }, 0)]);
    for (let at = 1; world.shown("customer", "77") === undefined; at += 1) {
      const life = new Mortality(at, "after");
      await Promise.race([world.run(life), life.death]);
      await world.clock.advance(120_000);
      world.wantAll();
      if (at > 60) throw new Error("It was never made.");
      if (world.stream().links.has("customer/77"))
        throw new Error("It is remembered.");
    }
    world.part();
    await world.settle(20);
    await world.clock.advance(600_000);
    await world.settle(20);
    expect(world.shown("customer", "77")).toBeUndefined();
    expect(isThrough(world)).toBe(true);
  });
});
