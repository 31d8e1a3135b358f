import { describe, expect, it, vi } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { identityOf } from "./identity.js";
import {
  MemoryWorld,
  Mortality,
  appointment,
  customer,
} from "./memory/index.js";

vi.setConfig({ testTimeout: 180_000 });

const PEOPLE = [
  ["1", "Änne", "Müller-Lüdenscheidt"],
  ["2", "Jost", "Groß"],
  ["3", "Zoë", "Öztürk"],
  ["4", "Björn", "Weiß"],
] as const;

const contact = (id: string, values: object = {}) => {
  const [, firstName = null, lastName = null] =
    PEOPLE.find(([known]) => known === id) ?? [];
  return customer(id, { firstName, lastName, ...values }, 0);
};
const addressOf = (id: string, world: MemoryWorld) =>
  `/contacts/${identityOf(world.key.tenantId, "customer", id).uid}`;

type Policy = "ams-wins" | "remote-wins";

/** All is agreed; then both sides change, alone and together, and new items appear. */
const changed = async (
  policy: Policy,
  remembers: boolean,
): Promise<MemoryWorld> => {
  const world = new MemoryWorld();
  world.remembers = remembers;
  world.remote.inward = ["contacts", "appointments"];
  world.options = { ...world.options, policy };
  world.limits = { ...world.limits, sliceSize: 4 };
  world.commit([
    ...PEOPLE.map(([id]) => contact(id, { city: "Ulm", fax: "1" })),
    appointment("1", { date: "2024-10-27", reason: "Übergabe" }, 0),
  ]);
  await world.settle();
  const at = (id: string) => addressOf(id, world);
  world.remote.edit(at("1"), { mobile: "0170 1" });
  world.remote.edit(at("2"), { city: "Köln", mobile: "0170 2" });
  world.remote.edit(at("3"), { city: "Düren", fax: undefined });
  world.remote.edit(at("4"), { mobile: "0170 4" });
  world.commit([
    contact("2", { city: "Bonn", fax: "1", profession: "Bäcker" }),
    contact("4", { city: "Ulm", fax: "2" }),
    contact("5", {
      lastName: "Maß",
      firstName: "Ute",
      email: "ute@mass.example",
      city: "Ulm",
    }),
  ]);
  world.remote.add("/contacts/ute.vcf", "ute", {
    type: "private",
    fields: {
      firstName: "Ute",
      lastName: "Maß",
      email: "ute@mass.example",
      mobile: "0170 5",
    },
  });
  world.remote.add("/appointments/neu.ics", "neu", {
    type: "appointment",
    fields: { date: "2024-03-08", from: "09:00", to: "10:00", reason: "Neu" },
  });
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).remoteDue = true;
  return world;
};

const inAms = (world: MemoryWorld): readonly string[] =>
  [...world.ams.records.values()]
    .map(({ kind, id, values }) =>
      JSON.stringify([
        kind,
        Number(id) < 1_000_000 ? id : "new",
        Object.entries(values)
          .filter(([, value]) => value !== null && value !== "")
          .sort(),
      ]),
    )
    .sort();

const shown = (world: MemoryWorld): readonly string[] =>
  [...world.remote.items]
    .map(([id, { form }]) =>
      JSON.stringify([
        id,
        Object.entries(form.fields)
          .filter(([, value]) => value !== undefined)
          .sort(),
      ]),
    )
    .sort();

const links = (world: MemoryWorld): readonly string[] =>
  (["contacts", "appointments"] as const)
    .flatMap((kind) => [...world.stream(kind).links.values()])
    .map(({ kind, recordId, itemId, fields }) => {
      const id = Number(recordId) < 1_000_000 ? recordId : "new";
      return [kind, id, itemId, fields].join(" ");
    })
    .sort();

/** Each once: a crash may write one of them twice. */
const journal = (world: MemoryWorld): readonly string[] => [
  ...new Set(
    world
      .stream()
      .conflicts.map(({ recordId, conflict }) =>
        JSON.stringify([recordId, conflict]),
      ),
  ),
];

const all = (world: MemoryWorld) => ({
  inAms: inAms(world),
  shown: shown(world),
  links: links(world),
  journal: journal(world).toSorted(),
});

describe.each([
  ["ams-wins", false],
  ["remote-wins", false],
  ["remote-wins", true],
] as const)("two ways, %s, settings known already: %s", (policy, remembers) => {
  it("a process that dies at any call loses and doubles nothing", async () => {
    const healthy = await changed(policy, remembers);
    const life = new Mortality();
    await healthy.run(life);
    await healthy.settle();
    const wanted = all(healthy);
    expect(wanted.inAms).toHaveLength(7);
    expect(wanted.shown).toHaveLength(7);
    expect(wanted.links).toHaveLength(7);
    expect(wanted.journal.length).toBeGreaterThan(0);
    let points = 0;
    for (let call = 1; call <= life.calls; call += 1)
      for (const when of ["before", "after"] as const) {
        const at = `killed ${when} call ${call}`;
        const world = await changed(policy, remembers);
        const doomed = new Mortality(call, when);
        await Promise.race([doomed.death, world.run(doomed)]);
        await world.clock.advance(60_001);
        await world.settle();
        expect(all(world), at).toEqual(wanted);
        const before = world.remote.writes.length;
        const versions = [...world.ams.records.values()].map(
          ({ rowVersion }) => rowVersion,
        );
        world.wantAll();
        for (const kind of ["contacts", "appointments"] as const)
          world.stream(kind).remoteDue = true;
        await world.settle();
        expect(world.remote.writes.length, `${at}, a further run`).toBe(before);
        expect(
          [...world.ams.records.values()].map(({ rowVersion }) => rowVersion),
          `${at}, a further run`,
        ).toEqual(versions);
        points += 1;
      }
    console.log(`kill points tried, two ways, ${policy}: ${points}`);
    expect(points).toBeGreaterThan(50);
  });

  it("a lost request or answer loses and doubles nothing", async () => {
    const healthy = await changed(policy, remembers);
    const first = healthy.remote.requests.length;
    await healthy.settle();
    const wanted = all(healthy);
    const requests = healthy.remote.requests.length - first;
    for (let request = 1; request <= requests; request += 1)
      for (const side of ["before", "after"] as const) {
        const world = await changed(policy, remembers);
        let left = request;
        world.remote.fault = () => {
          left -= 1;
          const error = new ConnectorError("throttled", "Too many requests.");
          return left === 0
            ? ({ [side]: error } as { before: ConnectorError })
            : undefined;
        };
        await world.run();
        await world.clock.advance(60_001);
        await world.settle();
        expect(all(world), `${side} request ${request}`).toEqual(wanted);
      }
  });
});
