import type { StreamKind, SyncOptions } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { anna, customer, jost, MemoryWorld } from "./memory/index.js";

/** What its user has left at a place that a stream was pointed away from stays there for ever (ADR 0016). */

const ANNA = { kind: "customer", id: "1" } as const;
const CONTACTS = new MemoryWorld().options.contacts!;
const ONLY_TAGGED: SyncOptions["contacts"] = { ...CONTACTS, tags: ["VIP"] };

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
});

/** The user says "leave" of what is where the stream writes now. */
const leave = (
  to: string,
  contacts: SyncOptions["contacts"] = CONTACTS,
  stream: StreamKind = "contacts",
) => {
  world.containers = { ...world.containers, [stream]: to };
  const { contacts: _, ...rest } = world.options;
  world.options = { ...rest, ...(contacts && { contacts }) };
  world.stream().active = contacts !== undefined;
  world.settingsVersion += 1n;
  const { accountId } = world.key;
  world.state.announce(accountId, world.settingsVersion, [stream]);
};
/** Everything is taken in anew. */
const again = async () => {
  world.wantAll();
  world.stream().remoteDue = true;
  await world.settle();
};
const choose = (contacts: SyncOptions["contacts"]) => {
  const { contacts: _, ...rest } = world.options;
  world.choose({ ...rest, ...(contacts && { contacts }) });
};
const at = (place: string) =>
  [...world.remote.items.keys()].filter((id) => id.startsWith(place)).length;
const deletes = () => world.writes().filter((one) => one === "delete").length;
const asked = (id: string) =>
  world.remote.requests.filter((call) => call.at.includes(id));

describe.each([
  ["out only", [] as StreamKind[]],
  ["both ways", ["contacts", "appointments"] as StreamKind[]],
])("%s: what was left", (_name, inward) => {
  beforeEach(async () => {
    world.remote.inward = inward;
    world.commit([anna(), jost()]);
    await world.settle();
    expect(at("/contacts/")).toBe(2);
  });

  it("stays where its record loses its scope with the move or before it went to the new place", async () => {
    const left = world.addressOf("customer", "1");
    const before = asked(left).length;
    leave("/neu/", ONLY_TAGGED);
    await world.settle();
    expect([at("/contacts/"), at("/neu/"), deletes()]).toEqual([2, 0, 0]);
    expect(asked(left)).toHaveLength(before);
    expect(world.stream().links.size).toBe(0);
  });

  it("stays where its record is deleted in ams", async () => {
    leave("/neu/");
    world.commit([], [ANNA]);
    await world.settle();
    expect([at("/contacts/"), at("/neu/"), deletes()]).toEqual([2, 1, 0]);
    expect(world.stream().links.size).toBe(1);
  });

  it.each([["loses its scope"], ["is deleted"]])(
    "stays where the other server has the same paths, or the stream is back at the place, and its record %s",
    async (how) => {
      if (how === "is deleted") world.commit([], [ANNA]);
      leave("/contacts/", how === "is deleted" ? CONTACTS : ONLY_TAGGED);
      await again();
      expect([at("/contacts/"), deletes()]).toEqual([2, 0]);
    },
  );

  it("stays in another container than the stream's, whatever state says of its link", async () => {
    const key = "customer/1";
    leave("/neu/", ONLY_TAGGED);
    const { elsewhere, ...link } = world.stream().links.get(key)!;
    expect(elsewhere).toBe(true);
    world.stream().links.set(key, link);
    await world.settle();
    expect([at("/contacts/"), deletes()]).toEqual([2, 0]);
  });

  it("is the stream's again once it is back and the two agree", async () => {
    leave("/neu/");
    leave("/contacts/");
    await again();
    choose(ONLY_TAGGED);
    await world.settle();
    expect(at("/contacts/")).toBe(0);
  });

  it("stays where the kind was switched off with it, and comes back without the record", async () => {
    leave("/contacts/", undefined!);
    world.stream().active = false;
    await world.settle();
    choose(ONLY_TAGGED);
    await again();
    expect([at("/contacts/"), deletes()]).toEqual([2, 0]);
  });

  it("stays where the account is disconnected later, and all is removed", async () => {
    leave("/neu/");
    world.limits = { ...world.limits, maxRecords: 1, sliceSize: 1 };
    await world.run();
    expect([at("/contacts/"), at("/neu/")]).toEqual([2, 1]);
    world.part();
    await world.settle(20);
    expect([at("/contacts/"), at("/neu/")]).toEqual([2, 0]);
    expect(world.stream().links.size).toBe(0);
  });

  it("counts as left while nobody knows what became of its record", async () => {
    leave("/contacts/");
    world.ams.remove(ANNA);
    await again();
    world.state.append([{ ...ANNA, deleted: true }]);
    await world.settle();
    expect(at("/contacts/")).toBe(2);
  });
});

describe("what was not left", () => {
  beforeEach(async () => {
    world.remote.inward = ["contacts"];
    world.commit([anna(), jost()]);
    await world.settle();
  });

  it("goes after a reset, where its record loses its scope", async () => {
    world.state.reset(world.key.accountId, "contacts");
    world.options = { ...world.options, contacts: ONLY_TAGGED! };
    await again();
    expect(at("/contacts/")).toBe(0);
  });

  it("goes where a kind was off meanwhile and nobody said anything of what is there", async () => {
    choose(undefined);
    await world.settle();
    choose(ONLY_TAGGED);
    await again();
    expect(at("/contacts/")).toBe(0);
  });

  it("stays where its user put it into another folder there: neither followed nor deleted", async () => {
    const id = world.addressOf("customer", "1");
    const { uid, form } = world.remote.items.get(id)!;
    world.remote.lose(id);
    world.remote.add("/privat/anna.vcf", uid, form);
    await again();
    choose(ONLY_TAGGED);
    await world.settle();
    expect([at("/contacts/"), at("/privat/")]).toEqual([0, 1]);
  });
});

it("an item of the place before is no item without a record in the new one", async () => {
  world.remote.inward = ["contacts"];
  world.remote.add(
    "/contacts/zoe.vcf",
    "zoe",
    { type: "private", fields: { firstName: "Zoë", lastName: "Öztürk" } },
    { categories: ["Kunde"] },
  );
  world.commit([
    customer(
      "3",
      { firstName: "Jörg", lastName: "Weiß", email: "j@w.example" },
      0,
    ),
  ]);
  await world.settle();
  const [made] = world.ams.made.values();
  expect(made).toBeDefined();
  const imported = [...world.stream().links.values()].find(
    ({ origin }) => origin === "imported",
  )!;
  leave("/neu/");
  world.commit([], [{ kind: imported.kind, id: imported.recordId }]);
  await world.settle();
  expect(world.stream().questions.unlinked.size).toBe(0);
  expect(at("/contacts/zoe.vcf")).toBe(1);
});
