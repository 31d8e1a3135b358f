import { beforeEach, expect, expectTypeOf, it } from "vitest";
import type { showOf } from "./act-on.js";
import { MemoryWorld, anna, customers, jost } from "./memory/index.js";
import type { ReadPort, StreamPort } from "./port.js";

/** What a person is to see is planned by the run that would do it, and done once they have agreed. */

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
  world.remote.inward = ["contacts", "appointments"];
});

const card = (id: string, fields: Record<string, string>, word?: string) =>
  world.remote.add(
    `/contacts/${id}.vcf`,
    id,
    { type: "private", fields },
    { ...(word !== undefined && { categories: [word] }) },
  );

const connectAnew = () =>
  world.state.connect(world.key, ["contacts", "appointments"], true);
const { stringify } = JSON;
const seen = () =>
  stringify([
    [...world.remote.items],
    [...world.ams.records].map(([key, { values }]) => [key, values]),
    world.remote.writes.length,
  ]);
const preview = () => world.stream().trial;
const agree = (number?: bigint) =>
  world.state.applyPreview(world.key.accountId, "contacts", number);
const apply = () => {
  expect(agree()).toBe(true);
};
const save = (change: () => void) => {
  change();
  world.settingsVersion += 1n;
  const { accountId } = world.key;
  world.state.announce(accountId, world.settingsVersion, [], true);
};
const onlyTagged = () =>
  save(() => {
    const { contacts } = world.options;
    if (!contacts) throw new Error("Contacts are on.");
    world.options = {
      ...world.options,
      contacts: { ...contacts, tags: ["VIP"] },
    };
  });
const tagged = <T extends object>(record: T): T => ({
  ...record,
  tags: ["VIP"],
});

it("shows what a first connection to a place with items would do, and does that", async () => {
  connectAnew();
  world.commit([anna({ email: "a@x.example" }), jost()]);
  card("fremd", { ...anna().values, email: "a@x.example" } as never);
  card("neu", { firstName: "Zoë", lastName: "Weiß" }, "Kunde");
  card("nur-da", { firstName: "Kai", lastName: "Voß" });
  const before = seen();
  await world.settle();
  expect(seen()).toBe(before);
  expect(preview()).toMatchObject({
    preview: "shown",
    counts: { create: 1, adopt: 1, import: 1 },
  });
  expect([...world.stream().questions.unlinked.keys()]).toEqual([
    "/contacts/nur-da.vcf",
  ]);
  // Nothing passes by it, whoever asks.
  world.stream().remoteDue = true;
  world.account().dueAt = 0;
  await world.settle();
  expect(seen()).toBe(before);
  apply();
  await world.settle();
  expect(world.writes()).toEqual(["create"]);
  expect(world.ams.records.size).toBe(3);
  expect(world.stream().links.size).toBe(3);
  expect(preview().preview).toBeUndefined();
});

it("goes on at once where a place turns out to be empty", async () => {
  connectAnew();
  world.commit([anna(), jost()]);
  await world.run();
  expect(world.writes()).toEqual(["create", "create"]);
  expect(preview().preview).toBeUndefined();
});

it("asks nobody where a reset finds both sides equal", async () => {
  world.commit([anna(), jost()]);
  await world.settle();
  world.state.reset(world.key.accountId, "contacts", true);
  await world.settle();
  expect(preview().preview).toBeUndefined();
  expect(world.writes()).toEqual(["create", "create"]);
  expect([...world.stream().links.values()].every(({ hash }) => hash)).toBe(
    true,
  );
});

it("shows what a reset would change on either side, with what gives way", async () => {
  world.commit([anna({ city: "Ulm" }), jost()]);
  await world.settle();
  const [first] = [...world.remote.items.keys()];
  world.state.reset(world.key.accountId, "contacts", true);
  world.remote.edit(first!, { city: "Bonn" });
  const before = seen();
  await world.settle();
  expect(seen()).toBe(before);
  expect(preview().entries).toMatchObject([
    { action: "update", fields: ["city"], conflict: true },
  ]);
  apply();
  await world.settle();
  expect(world.shown("customer", "1")).toMatchObject({ city: "Ulm" });
  expect(world.stream().conflicts).toHaveLength(1);
});

it("shows what another filter would remove, however many, and removes that", async () => {
  const some = customers(40);
  world.commit(some.map((one, index) => (index < 5 ? tagged(one) : one)));
  await world.settle();
  onlyTagged();
  await world.settle();
  expect(preview().counts).toEqual({ delete: 35 });
  expect(world.remote.items.size).toBe(40);
  apply();
  await world.settle();
  expect(world.remote.items.size).toBe(5);
  expect(world.stream().questions.held).toEqual([]);
});

it.each([
  ["is in the inbox", true],
  ["nobody has taken in", false],
])(
  "holds what leaves the scope between looking and agreeing, and %s",
  async (_of, announced) => {
    const some = customers(20);
    world.commit(some.map((one, index) => (index < 15 ? tagged(one) : one)));
    await world.settle();
    onlyTagged();
    await world.settle();
    expect(preview().counts).toEqual({ delete: 5 });
    // One record that was to stay loses its tag before anybody plans it.
    world.commit([some[0]!]);
    await world.clock.advance(1);
    if (announced) await runDyingBeforeWork();
    apply();
    await world.settle();
    expect(world.remote.items.size).toBe(15);
    expect(world.stream().questions.held).toMatchObject([
      { key: "ams:customer/10", removal: "delete" },
    ]);
  },
);

/** The announcement is in the inbox, and nobody has planned it. */
const runDyingBeforeWork = async () => {
  const begun = await world.state.begin(world.key);
  if (!begun.granted) throw new Error(begun.refusal);
  const run = { account: world.key, runId: begun.runId };
  await world.state.takeIn(run, "contacts", ["customer", "company", "agent"]);
  delete world.account().run;
};

it("shows a removal that comes up after somebody has looked, and takes no consent for less", async () => {
  const some = customers(20);
  world.commit(some.map(tagged));
  await world.settle();
  save(() => {
    world.options = { ...world.options, policy: "remote-wins" };
  });
  world.commit([{ ...some[0]!, values: { lastName: "Neu" } } as never]);
  await world.settle();
  const { number } = preview();
  expect(preview().counts).toEqual({ update: 1 });
  world.commit([], [{ kind: "customer", id: "11" }]);
  await world.settle();
  expect(preview().counts).toEqual({ update: 1, delete: 1 });
  expect(agree(number)).toBe(false);
  apply();
  await world.settle();
  expect(world.remote.items.size).toBe(19);
});

it("plans anew what was shown once the settings change again", async () => {
  const some = customers(6);
  world.commit(some);
  await world.settle();
  const before = world.options;
  onlyTagged();
  await world.settle();
  const { number } = preview();
  expect(preview().counts).toEqual({ delete: 6 });
  save(() => {
    world.options = before;
  });
  await world.settle();
  expect(preview().preview).toBeUndefined();
  expect(agree(number)).toBe(false);
  expect(world.remote.items.size).toBe(6);
});

it("is given no port that writes", () => {
  type Port = Parameters<typeof showOf>[1];
  expectTypeOf<Port>().toEqualTypeOf<ReadPort>();
  type Writing = "create" | "update" | "delete" | "readBack";
  expectTypeOf<Extract<keyof Port, Writing>>().toBeNever();
  expectTypeOf<StreamPort>().toExtend<Port>();
});
