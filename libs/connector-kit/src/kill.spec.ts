import type { PlainDate } from "@ams-sync/sync-core";
import { describe, expect, it, vi } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { identityOf } from "./identity.js";
import {
  MemoryWorld,
  Mortality,
  appointment,
  customer,
} from "./memory/index.js";
import type { Fault } from "./memory/index.js";

vi.setConfig({ testTimeout: 120_000 });

const CUSTOMERS = [
  ["1", "Änne", "Müller-Lüdenscheidt"],
  ["2", "Jost", "Groß"],
  ["3", "Zoë", "Öztürk"],
  ["4", "Björn", "Weiß"],
  ["5", "Käthe", "Schröder"],
  ["6", "Jürgen", "von der Höhe"],
] as const;

const contact = (id: string, values: object = {}) => {
  const [, firstName = null, lastName = null] =
    CUSTOMERS.find(([known]) => known === id) ?? [];
  return customer(id, { firstName, lastName, ...values }, 0);
};
const visit = (id: string, values: object = {}) =>
  appointment(
    id,
    {
      date: "2024-10-27",
      from: "02:30",
      to: "03:15",
      reason: "Übergabe",
      ...values,
    },
    0,
  );

/** Nothing is there yet: creates, one broken row, one that is out of scope. */
const first = (): MemoryWorld => {
  const world = new MemoryWorld();
  world.limits = { ...world.limits, sliceSize: 4 };
  world.commit([
    ...CUSTOMERS.map(([id]) => contact(id)),
    contact("7", { lastName: "Maß", birthDate: "1985-02-31" }),
    visit("1"),
    visit("2"),
    { ...visit("3"), ownerId: "8" } as never,
  ]);
  return world;
};

/** All is there and agreed; then ams changes, loses and gains records, and somebody edits one item there. */
const later = async (): Promise<MemoryWorld> => {
  const world = first();
  await world.settle();
  const { tenantId } = world.key;
  const edited = `/contacts/${identityOf(tenantId, "customer", "2").uid}`;
  world.remote.edit(edited, { fax: "0221 1" });
  world.commit(
    [
      contact("1", { city: "Fürth" }),
      contact("2", { city: "Düren" }),
      contact("7", { lastName: "Maß", birthDate: "1985-02-28" }),
      visit("2", { from: "09:00" }),
    ],
    [
      { kind: "customer", id: "3" },
      { kind: "appointment", id: "1" },
    ],
  );
  return world;
};

/** Everything was forgotten here, nothing there; some records have changed since. */
const forgotten = async (): Promise<MemoryWorld> => {
  const world = first();
  await world.settle();
  world.state.forget(world.key.accountId, "contacts");
  world.state.forget(world.key.accountId, "appointments");
  world.commit([contact("5", { city: "Görlitz" })]);
  return world;
};

/** Half of the customers leave the user's scope, which the agent release decides. */
const narrowed = async (): Promise<MemoryWorld> => {
  const world = first();
  await world.settle();
  const { user } = world.ams;
  world.ams.user = user && {
    ...user,
    agentRelease: true,
    releasedAgentIds: new Set(["11"]),
  };
  world.commit(
    CUSTOMERS.map(([id]) =>
      Number(id) % 2
        ? contact(id)
        : ({ ...contact(id), agentId: "11" } as never),
    ),
  );
  return world;
};

/** A system that says no versions until it is asked for those of many writes. */
const readBack = async (
  build: () => MemoryWorld | Promise<MemoryWorld>,
): Promise<MemoryWorld> => {
  const world = await build();
  Object.assign(world.remote, { namesVersions: false, readsBack: true });
  return world;
};

/** The settings were read by an earlier run: state does the first steps together with the beginning. */
const knowing = async (
  build: () => MemoryWorld | Promise<MemoryWorld>,
): Promise<MemoryWorld> => {
  const world = await build();
  world.remembers = true;
  return world;
};

/** What is there, by what it is; a double would show as a second line. */
const shown = (world: MemoryWorld): readonly string[] =>
  [...world.remote.items.values()]
    .map(
      ({ uid, form }) =>
        `${uid} ${JSON.stringify(Object.entries(form.fields).sort())}`,
    )
    .sort();

const remembered = (world: MemoryWorld): readonly string[] =>
  (["contacts", "appointments"] as const)
    .flatMap((kind) => [
      ...world.state.stream(world.key.accountId, kind).links.values(),
    ])
    .map(({ kind, recordId, itemId, fields, origin, itemVersion }) => {
      const item = world.remote.items.get(itemId);
      // With a change of theirs still to come in, either version may be remembered: the next look shows the change.
      const theirs = item && "fax" in item.form.fields;
      const version = theirs ? "theirs" : item?.version === itemVersion;
      return [kind, recordId, itemId, fields, origin, version].join(" ");
    })
    .sort();

const creates = (world: MemoryWorld): readonly string[] =>
  world.remote.writes
    .filter(({ operation }) => operation === "create")
    .map(({ at }) => at);

const scenarios: readonly [string, () => MemoryWorld | Promise<MemoryWorld>][] =
  [
    ["the first transfer", first],
    ["changes, tombstones and new records", later],
    ["adoption after everything was forgotten", forgotten],
    ["a lost scope", narrowed],
  ];

/** Where the question for versions is refused they stay unknown, so these are not for lost answers. */
const mortal: typeof scenarios = [
  ...scenarios,
  ["a first transfer that is read back", () => readBack(first)],
  ["changes that are read back", () => readBack(later)],
  ["changes of an account that is known", () => knowing(later)],
  ["a lost scope of an account that is known", () => knowing(narrowed)],
];

/** All customers and appointments that `first` sends. */
const SENT = [
  ...CUSTOMERS.map(([id]) => ({ kind: "customer", id }) as const),
  ...["1", "2"].map((id) => ({ kind: "appointment", id }) as const),
];

/** What happens in ams after the death, so that nothing of it may be there in the end. */
const losses: readonly [string, (world: MemoryWorld) => Promise<void>][] = [
  ["deleted in ams", async (world) => world.commit([], SENT)],
  [
    "deleted in ams and announced an hour later",
    async (world) => {
      for (const ref of SENT) world.ams.remove(ref);
      await world.clock.advance(60_001);
      await world.settle();
      await world.clock.advance(3_600_000);
      world.commit([], SENT);
    },
  ],
  [
    "out of the user's scope",
    async (world) => {
      const { user } = world.ams;
      world.ams.user = user && { ...user, agentRelease: true };
      world.commit(
        ["1", "2"].map((id) => ({ ...visit(id), ownerId: "8" }) as never),
      );
      world.wantAll();
    },
  ],
];

const tried = new Map<string, number>();

describe("a process that dies at any call", () => {
  it.each(mortal)("loses and doubles nothing: %s", async (name, build) => {
    const healthy = await build();
    const life = new Mortality();
    await healthy.run(life);
    await healthy.settle();
    const wanted = { shown: shown(healthy), remembered: remembered(healthy) };
    expect(wanted.shown.length).toBeGreaterThan(2);

    for (let call = 1; call <= life.calls; call += 1)
      for (const when of ["before", "after"] as const) {
        const at = `${name}: killed ${when} call ${call}`;
        const world = await build();
        const doomed = new Mortality(call, when);
        // The last call's answer is all that a finished run still waits for.
        await Promise.race([doomed.death, world.run(doomed)]);
        await world.clock.advance(60_001);
        await world.settle();
        expect(shown(world), at).toEqual(wanted.shown);
        expect(remembered(world), at).toEqual(wanted.remembered);
        expect(new Set(creates(world)).size, at).toBe(creates(world).length);

        const before = world.remote.writes.length;
        world.state.wantAll(world.key.accountId);
        for (const kind of ["contacts", "appointments"] as const)
          world.state.stream(world.key.accountId, kind).remoteDue = true;
        await world.settle();
        expect(world.remote.writes.length, `${at}, a further run`).toBe(before);
        expect(shown(world), at).toEqual(wanted.shown);
        tried.set(name, (tried.get(name) ?? 0) + 1);
      }
  });

  it.each(losses)(
    "leaves nothing behind of what is then %s",
    async (name, lose) => {
      const life = new Mortality();
      await first().run(life);
      for (let call = 1; call <= life.calls; call += 1)
        for (const when of ["before", "after"] as const) {
          const at = `killed ${when} call ${call}, then ${name}`;
          const world = first();
          const doomed = new Mortality(call, when);
          await Promise.race([doomed.death, world.run(doomed)]);
          await lose(world);
          await world.clock.advance(60_001);
          await world.settle();
          expect(shown(world), at).toEqual([]);
          expect(remembered(world), at).toEqual([]);
          // What may still arrive is looked for a few times more.
          for (let look = 0; look < 5; look += 1) {
            await world.clock.advance(480_001);
            await world.settle();
          }
          expect(shown(world), at).toEqual([]);
          expect(world.stream("appointments").setAside, at).toEqual([]);
          tried.set(name, (tried.get(name) ?? 0) + 1);
        }
    },
  );

  it.each(losses)(
    "leaves nothing behind where every answer to a create is lost and the record is then %s",
    async (_name, lose) => {
      const world = first();
      world.remote.fault = ({ operation }) =>
        operation === "create"
          ? { after: new ConnectorError("transient", "No answer.") }
          : undefined;
      await world.run();
      expect(world.remote.items.size).toBeGreaterThan(0);
      world.remote.fault = () => undefined;
      await lose(world);
      await world.clock.advance(900_001);
      await world.settle();
      expect(shown(world)).toEqual([]);
    },
  );

  it("keeps what was sent when only a gate would hold it back now", async () => {
    const world = first();
    world.remote.fault = ({ operation }) =>
      operation === "create"
        ? { after: new ConnectorError("transient", "No answer.") }
        : undefined;
    await world.run();
    const before = shown(world);
    expect(before.length).toBeGreaterThan(0);
    world.remote.fault = () => undefined;
    const { contacts } = world.options;
    world.choose({
      ...world.options,
      ...(contacts && {
        contacts: { ...contacts, editedSince: "2030-01-01" as PlainDate },
      }),
    });
    await world.clock.advance(900_001);
    await world.settle();
    expect(shown(world)).toEqual(expect.arrayContaining([...before]));
    expect(world.writes()).not.toContain("delete");
  });

  it("leaves nothing behind in either of two containers", async () => {
    const world = first();
    await world.settle();
    world.containers = { contacts: "/neu/" };
    world.wantAll();
    const life = new Mortality();
    const before = world.remote.writes.length;
    await world.run(life);
    expect(world.remote.writes.length).toBeGreaterThan(before);
    for (let call = 1; call <= life.calls; call += 1) {
      const other = first();
      await other.settle();
      other.containers = { contacts: "/neu/" };
      other.wantAll();
      const doomed = new Mortality(call, "after");
      await Promise.race([doomed.death, other.run(doomed)]);
      other.commit([], SENT);
      // What may still arrive in the new one is waited for.
      for (const seconds of [61, 30, 60, 120, 240, 480]) {
        await other.clock.advance(seconds * 1_000 + 1);
        await other.settle();
      }
      const contacts = [...other.remote.items.keys()].filter((id) =>
        id.startsWith("/neu/"),
      );
      expect(contacts, `killed after call ${call}`).toEqual([]);
      expect(other.stream().links.size).toBe(0);
    }
  });

  it.each(scenarios)(
    "loses and doubles nothing either where it is a request or an answer that is lost: %s",
    async (_name, build) => {
      const healthy = await build();
      const first = healthy.remote.requests.length;
      await healthy.settle();
      const wanted = { shown: shown(healthy), remembered: remembered(healthy) };
      const requests = healthy.remote.requests.length - first;
      const faults: readonly Fault[] = [
        { before: new ConnectorError("transient", "The connection broke.") },
        { after: new ConnectorError("transient", "The connection broke.") },
        { before: new ConnectorError("throttled", "Too many requests.") },
        { after: new ConnectorError("throttled", "Too many requests.") },
      ];
      for (let request = 1; request <= requests; request += 1)
        for (const fault of faults) {
          const at = `${JSON.stringify(Object.keys(fault))} at request ${request}`;
          const world = await build();
          let left = request;
          world.remote.fault = () => {
            left -= 1;
            return left === 0 ? fault : undefined;
          };
          await world.run();
          await world.clock.advance(60_001);
          await world.settle();
          expect(shown(world), at).toEqual(wanted.shown);
          expect(remembered(world), at).toEqual(wanted.remembered);
          expect(new Set(creates(world)).size, at).toBe(creates(world).length);
        }
    },
  );

  it("was tried at every call of every scenario", () => {
    const points = [...tried.values()].reduce((sum, n) => sum + n, 0);
    console.log(
      `kill points tried: ${points} (${[...tried].map(([name, n]) => `${name} ${n}`).join("; ")})`,
    );
    expect(tried.size).toBe(mortal.length + losses.length);
    expect(points).toBeGreaterThan(100);
  });
});
