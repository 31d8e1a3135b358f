import type { Fields } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, Mortality, anna } from "./memory/index.js";

/** A value that lost in a conflict and that a user wants back (R18 to R20). */

const POLICIES = ["ams-wins", "remote-wins"] as const;
type Policy = (typeof POLICIES)[number];

let world: MemoryWorld;
const at = () => world.addressOf("customer", "1");
const here = (): Fields => ({
  ...(world.ams.records.get("customer/1")?.values as Fields),
});
const there = () => world.shown("customer", "1") as Fields;

const poll = async () => {
  world.stream().remoteDue = true;
  await world.settle();
};

/** Both have changed the city; `there` is what somebody entered outside. */
const conflict = async (policy: Policy, ams = "Bonn", outside = "Köln") => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.options = { ...world.options, policy };
  world.commit([anna({ city: "Ulm" })]);
  await world.settle();
  world.remote.edit(at(), { city: outside });
  world.commit([anna({ city: ams })]);
  await poll();
  expect(world.stream().conflicts).toHaveLength(1);
};

const takeBack = (index = 0) => {
  const { state, key, clock } = world;
  const found = world.stream().conflicts[index];
  if (!found) throw new Error("no conflict");
  return state
    .questions(key.accountId, "contacts")
    .takeBack(found, world.stream().conflicts, state.feed, clock.epoch());
};

const lostOf = (policy: Policy) => (policy === "ams-wins" ? "Köln" : "Bonn");

describe.each(POLICIES)("%s", (policy) => {
  it("stands on both sides afterwards, once", async () => {
    await conflict(policy);
    expect(takeBack()).toBe(true);
    await world.settle();
    expect(here()).toMatchObject({ city: lostOf(policy) });
    expect(there()).toMatchObject({ city: lostOf(policy) });
    expect(world.stream().pending).toBe(0);
    expect(world.stream().conflicts).toHaveLength(1);
    const writes = world.writes().length;
    world.wantAll();
    await poll();
    expect(world.writes()).toHaveLength(writes);
    expect(here()).toMatchObject({ city: lostOf(policy) });
  });

  it("is refused where the field was changed since", async () => {
    await conflict(policy);
    world.commit([anna({ city: "Trier" })]);
    await poll();
    expect(takeBack()).toBe(false);
    await world.settle();
    expect(there()).toMatchObject({ city: "Trier" });
  });

  it("gives way to what changes in ams before the run", async () => {
    await conflict(policy);
    expect(takeBack()).toBe(true);
    world.commit([anna({ city: "Trier" })]);
    await poll();
    expect(here()).toMatchObject({ city: "Trier" });
    expect(there()).toMatchObject({ city: "Trier" });
    expect(world.stream().pending).toBe(0);
  });

  it.each([true, false])(
    "gives way to what somebody entered there since (told of it: %s)",
    async (told) => {
      await conflict(policy);
      world.remote.edit(at(), { city: "Trier" });
      expect(takeBack()).toBe(true);
      if (!told) await world.settle();
      await poll();
      expect([here().city, there().city]).toEqual(["Trier", "Trier"]);
      expect(world.stream().pending).toBe(0);
    },
  );

  it("brings nothing back that was deleted there since", async () => {
    await conflict(policy);
    const before = here();
    world.remote.lose(at());
    expect(takeBack()).toBe(true);
    await poll();
    expect(here()).toEqual(before);
    expect(world.remote.items.has(at())).toBe(false);
    expect(world.stream().links.get("customer/1")?.lost).toBe("noticed");
  });

  it("waits as long as nobody can look there", async () => {
    await conflict(policy);
    expect(takeBack()).toBe(true);
    world.remote.fault = ({ operation }) =>
      operation === "fetch"
        ? { before: new ConnectorError("throttled", "Slow down.") }
        : undefined;
    await world.run();
    expect(here().city).not.toBe(lostOf(policy));
    world.remote.fault = () => undefined;
    await world.clock.advance(3_600_000);
    await poll();
    expect([here().city, there().city]).toEqual([
      ...[lostOf(policy), lostOf(policy)],
    ]);
  });

  it("leaves other fields alone, also those that change meanwhile", async () => {
    await conflict(policy);
    expect(takeBack()).toBe(true);
    world.remote.edit(at(), { mobile: "0171 2345678" });
    await poll();
    const both = { city: lostOf(policy), mobile: "0171 2345678" };
    expect(here()).toMatchObject(both);
    expect(there()).toMatchObject(both);
  });

  it("is done once, wherever the run is killed", async () => {
    await conflict(policy);
    takeBack();
    const counted = new Mortality();
    await world.run(counted);
    expect(counted.calls).toBeGreaterThan(5);
    for (let call = 1; call <= counted.calls; call += 1)
      for (const side of ["before", "after"] as const) {
        await conflict(policy);
        takeBack();
        const doomed = new Mortality(call, side);
        await Promise.race([doomed.death, world.run(doomed)]);
        await world.clock.advance(120_000);
        await poll();
        expect([call, side, here().city, there().city]).toEqual([
          ...[call, side, lostOf(policy), lostOf(policy)],
        ]);
        expect(world.stream().pending).toBe(0);
      }
  });
});

describe("of an address or a time", () => {
  const ours = { street: "Am Ring 1", postalCode: "53111", city: "Bonn" };
  const theirs = { street: "Weg 5", postalCode: "53111", city: "Köln" };
  const atFirst = { street: "Weg 5", postalCode: "53111", city: "Ulm" };
  /** The street of ours was changed by ams alone, the city by both. */
  const conflictOfAddress = async () => {
    world = new MemoryWorld();
    world.remote.inward = ["contacts", "appointments"];
    world.commit([anna(atFirst)]);
    await world.settle();
    world.remote.edit(at(), { city: theirs.city });
    world.commit([anna(ours)]);
    await poll();
    expect(there()).toMatchObject(ours);
  };

  it.each([0, 1])(
    "all of it comes back, whichever is chosen (%s)",
    async (index) => {
      await conflictOfAddress();
      const { conflicts } = world.stream();
      expect(conflicts.map(({ conflict }) => conflict.field)).toEqual([
        ...["city", "street"],
      ]);
      expect(takeBack(index)).toBe(true);
      await world.settle();
      expect(here()).toMatchObject(theirs);
      expect(there()).toMatchObject(theirs);
    },
  );

  it("none of it does where a part has changed since", async () => {
    await conflictOfAddress();
    expect(takeBack()).toBe(true);
    world.commit([anna({ ...ours, street: "Am Ring 2" })]);
    await poll();
    expect(here()).toMatchObject({ ...ours, street: "Am Ring 2" });
    expect(takeBack()).toBe(false);
  });
});

it("of a field that is not sent any more changes nothing", async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  const { contacts } = world.options;
  const sends = (birthday: boolean) => {
    world.options = {
      ...world.options,
      ...(contacts && { contacts: { ...contacts, birthday } }),
    };
  };
  sends(true);
  world.commit([anna({ birthDate: "1980-01-01" })]);
  await world.settle();
  world.remote.edit(at(), { birthDate: "1980-02-02" });
  world.commit([anna()]);
  await poll();
  expect(here().birthDate).toBeUndefined();
  expect(takeBack()).toBe(true);
  sends(false);
  world.commit([anna({ birthDate: "1980-03-03" })]);
  await poll();
  expect(here().birthDate).toBe("1980-03-03");
});

it("empties a field again", async () => {
  await conflict("ams-wins", "Bonn", "");
  expect(takeBack()).toBe(true);
  await world.settle();
  expect(here().city || undefined).toBeUndefined();
  expect(there().city).toBeUndefined();
});

it("waits with a sentence where ams cannot hold it", async () => {
  await conflict("ams-wins");
  const [found] = world.stream().conflicts;
  const { state, key, clock } = world;
  const wanted = {
    ...found!,
    conflict: { ...found!.conflict, remote: "ß".repeat(300) },
  };
  state
    .questions(key.accountId, "contacts")
    .takeBack(wanted, world.stream().conflicts, state.feed, clock.epoch());
  await world.settle();
  expect(here()).toMatchObject({ city: "Bonn" });
  expect(world.stream().setAside).toMatchObject([{ code: "too-long" }]);
});
