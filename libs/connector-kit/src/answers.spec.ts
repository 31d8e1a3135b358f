import type { AmsRecord, NewRecord } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, Mortality, anna, jost } from "./memory/index.js";
import type { UserDecision } from "./run-state.js";

/** An item that people are shown (R46). */

const id = "/contacts/familie.vcf";
const shared = { email: "familie@example.org" };
let world: MemoryWorld;

const begin = async () => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
  world.options = { ...world.options, policy: "remote-wins" };
  world.remote.add(id, "familie", {
    type: "private",
    fields: { lastName: "Familie", ...shared },
  });
  world.commit([anna(shared), jost(shared)]);
  await world.settle();
};
beforeEach(begin);

const decide = (decision: UserDecision, item = id) => {
  const { state, key, clock } = world;
  const questions = state.questions(key.accountId, "contacts");
  return questions.decideItem(item, decision, clock.epoch());
};
const answer = async (decision: UserDecision, item = id) => {
  const taken = decide(decision, item);
  await world.settle();
  return taken;
};
const linked = (item = id) =>
  [...world.stream().links.values()].find(({ itemId }) => itemId === item);
const poll = async () => {
  world.stream().remoteDue = true;
  await world.clock.advance(1_000);
  await world.settle();
};
const reasonOf = (item = id) =>
  world.stream().questions.unlinked.get(item)?.reason;

it("left alone it stays, also when it changes", async () => {
  expect(await answer({ answer: "leave" })).toBe(true);
  world.remote.edit(id, { city: "Köln" });
  world.stream().remoteDue = true;
  await world.settle();
  expect(linked()).toBeUndefined();
  expect(world.ams.made.size).toBe(0);
  expect(world.stream().questions.unlinked.get(id)?.settled).toBe(true);
});

it("without a category nothing is made of it unasked", () => {
  expect(world.stream().questions.unlinked.get(id)).toMatchObject({
    reason: "no-category",
    settled: false,
  });
  expect(linked()).toBeUndefined();
  expect(world.ams.made.size).toBe(0);
});

const AN_ITEM = {
  kind: "customer",
  type: "private",
  status: "customer",
  fields: { lastName: "Familie", ...shared },
} as const satisfies NewRecord;

/** What the run before made of the item, and did not live to remember. */
const made = async (): Promise<AmsRecord> => {
  const home = { tenantId: world.key.tenantId };
  const { accountId } = world.key;
  const origin = { accountId, stream: "contacts", uid: "familie" } as const;
  const created = await world.ams.create(
    ...([home, "7", world.options, origin, AN_ITEM] as const),
    { asked: true },
  );
  if (created.outcome !== "created") throw new Error(created.outcome);
  return created.record;
};

describe("a record of its own", () => {
  it("is made although several are like it, and once", async () => {
    expect(await answer({ answer: "create" })).toBe(true);
    expect([...world.ams.made.values()]).toEqual([AN_ITEM]);
    expect(linked()).toMatchObject({ origin: "imported" });
    expect(world.stream().questions.unlinked.has(id)).toBe(false);
    const items = world.remote.items.size;
    const writes = world.writes().length;
    world.wantAll();
    await poll();
    expect(world.ams.made.size).toBe(1);
    expect(world.remote.items.size).toBe(items);
    expect(world.writes()).toHaveLength(writes);
    expect(world.stream().pending).toBe(0);
    expect(world.ams.records.get("customer/1")?.values).toMatchObject(
      anna(shared).values,
    );
  });

  it("is made once, wherever the run is killed", async () => {
    const counted = new Mortality();
    decide({ answer: "create" });
    await world.run(counted);
    expect(counted.calls).toBeGreaterThan(5);
    for (let call = 1; call <= counted.calls; call += 1)
      for (const side of ["before", "after"] as const) {
        await begin();
        decide({ answer: "create" });
        const doomed = new Mortality(call, side);
        await Promise.race([doomed.death, world.run(doomed)]);
        await world.clock.advance(120_000);
        await poll();
        expect(world.ams.made.size).toBe(1);
        expect(linked()?.origin).toBe("imported");
        expect(world.stream().pending).toBe(0);
      }
  });

  it("that was made before is the first one", async () => {
    const { id: recordId } = await made();
    expect(await answer({ answer: "create" })).toBe(true);
    expect(world.ams.made.size).toBe(1);
    expect(linked()).toMatchObject({ recordId, origin: "imported" });
  });

  it("that was made before and has left the scope takes the item once it is back in it", async () => {
    const record = await made();
    const { user } = world.ams;
    world.ams.user = user && {
      ...user,
      agentRelease: true,
      releasedAgentIds: new Set(["11"]),
    };
    world.commit([record]);
    expect(await answer({ answer: "create" })).toBe(true);
    expect(linked()).toBeUndefined();
    expect(reasonOf()).toBe("matched-out-of-scope");
    expect(world.remote.items.has(id)).toBe(true);
    expect(world.ams.made.size).toBe(1);
    world.commit([{ ...record, agentId: "11" } as AmsRecord]);
    await world.settle();
    expect(linked()).toMatchObject({ recordId: record.id });
  });

  it("is not made of what ams cannot hold", async () => {
    world.remote.edit(id, { city: "x".repeat(5_000) });
    await poll();
    expect(await answer({ answer: "create" })).toBe(true);
    expect(world.ams.made.size).toBe(0);
    expect(reasonOf()).toBe("not-importable");
  });
});

describe("a record that the user names", () => {
  it("has the item from then on, whatever its name is", async () => {
    world.remote.lose(world.addressOf("customer", "2"));
    await poll();
    const link = { answer: "link", kind: "customer", recordId: "2" } as const;
    expect(await answer(link)).toBe(true);
    expect(linked()).toMatchObject({ recordId: "2" });
    expect(world.ams.made.size).toBe(0);
    expect(world.ams.records.get("customer/2")?.values).toMatchObject({
      lastName: "Familie",
      ...shared,
    });
  });

  it("keeps the item that it has", async () => {
    const link = { answer: "link", kind: "customer", recordId: "2" } as const;
    expect(await answer(link)).toBe(false);
    expect(linked()).toBeUndefined();
  });
});

describe("a record that several items may be", () => {
  const max = { firstName: "Max", lastName: "Weiß", email: "max@example.org" };
  const items = ["/contacts/max-1.vcf", "/contacts/max-2.vcf"] as const;

  it("waits until the user says which one it is", async () => {
    for (const item of items)
      world.remote.add(item, item, { type: "private", fields: max });
    await poll();
    const record = { ...anna(max), id: "3" };
    world.commit([record]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/3", "several-items"]]);
    expect(world.shown("customer", "3")).toBeUndefined();
    const link = { answer: "link", kind: "customer", recordId: "3" } as const;
    expect(await answer(link, items[1])).toBe(true);
    expect(linked(items[1])).toMatchObject({ recordId: "3" });
    expect(linked(items[0])).toBeUndefined();
    expect(world.asideCodes()).toEqual([]);
    expect(world.stream().pending).toBe(0);
  });

  it("has the other one when a record of its own was made of the first", async () => {
    for (const item of items)
      world.remote.add(item, item, { type: "private", fields: max });
    await poll();
    world.commit([{ ...anna(max), id: "3" }]);
    await world.settle();
    expect(await answer({ answer: "create" }, items[0])).toBe(true);
    expect(linked(items[0])).toMatchObject({ origin: "imported" });
    await world.clock.advance(24 * 60 * 60 * 1_000 + 1);
    await world.settle();
    expect(linked(items[1])).toMatchObject({ recordId: "3" });
  });
});
