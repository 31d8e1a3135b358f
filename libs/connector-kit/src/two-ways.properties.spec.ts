import type { RecordKind } from "@ams-sync/sync-core";
import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { recordOfUid } from "./identity.js";
import {
  MemoryWorld,
  Mortality,
  appointment,
  customer,
} from "./memory/index.js";

vi.setConfig({ testTimeout: 120_000 });

const HISTORIES = Number(process.env["HISTORIES"] ?? 300);
/** The same histories in each run of `npm test`: what it says of a change must not hang on luck. */
const SEED = Number(process.env["SEED"] ?? process.env["PROPERTY_SEED"] ?? 1);

const id = fc.integer({ min: 1, max: 5 }).map(String);
const city = fc.constantFrom("Ulm", "Köln", "Bonn", undefined);
const fax = fc.constantFrom("1", "2", undefined);
const step = fc.oneof(
  fc.record({ do: fc.constant("here" as const), id, city, fax }),
  fc.record({ do: fc.constant("there" as const), id, city, fax }),
  fc.record({ do: fc.constant("visit" as const), id, city }),
  fc.record({ do: fc.constant("delete-here" as const), id }),
  fc.record({ do: fc.constant("delete-there" as const), id }),
  fc.record({ do: fc.constant("foreign" as const), id, city }),
  fc.record({ do: fc.constant("reset" as const) }),
  fc.record({ do: fc.constant("want-all" as const) }),
  fc.record({ do: fc.constant("run" as const) }),
  fc.record({
    do: fc.constant("die" as const),
    call: fc.integer({ min: 1, max: 40 }),
    when: fc.constantFrom("before" as const, "after" as const),
  }),
  fc.record({
    do: fc.constant("fault" as const),
    request: fc.integer({ min: 1, max: 12 }),
    kind: fc.constantFrom(
      "transient" as const,
      "throttled" as const,
      "precondition" as const,
    ),
    side: fc.constantFrom("before" as const, "after" as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Histories that once went wrong. */
const FOUND: readonly (readonly Step[])[] = [
  // A stranger's card of the same person, before and after a reset: it took the place of our own item.
  [
    { do: "foreign", id: "3", city: "Ulm" },
    { do: "here", id: "1", city: "Ulm", fax: "1" },
    { do: "run" },
    { do: "foreign", id: "2", city: "Ulm" },
    { do: "foreign", id: "1", city: "Ulm" },
    { do: "die", call: 9, when: "before" },
    { do: "reset" },
    { do: "run" },
  ],
  // What gave way is remembered with its entry, which then is marked: two words of one entry in one commit.
  [
    { do: "here", id: "5", city: "Ulm", fax: "1" },
    { do: "here", id: "1", city: "Ulm", fax: "1" },
    { do: "fault", request: 1, kind: "transient", side: "before" },
    { do: "here", id: "5", city: "Köln", fax: "1" },
    { do: "reset" },
    { do: "fault", request: 1, kind: "throttled", side: "before" },
    { do: "there", id: "1", city: "Ulm", fax: "1" },
    { do: "there", id: "5", city: "Ulm", fax: undefined },
  ],
];

const NAMES = ["Müller", "Groß", "Öztürk", "Weiß", "Schröder", "Maß"];
const person = (of: string, values: object) =>
  customer(
    of,
    {
      firstName: "Zoë",
      lastName: NAMES[Number(of)] ?? null,
      email: `${of}@example.org`,
      ...values,
    },
    0,
  );

const poll = (world: MemoryWorld) => {
  for (const kind of ["contacts", "appointments"] as const)
    world.stream(kind).remoteDue = true;
  world.account().dueAt = 0;
};

const itemOf = (world: MemoryWorld, kind: RecordKind, of: string) =>
  world
    .stream(kind === "appointment" ? "appointments" : "contacts")
    .links.get(`${kind}/${of}`)?.itemId;

const people = new WeakSet<MemoryWorld>();
const byPeople = (world: MemoryWorld, lose: () => void): void => {
  people.add(world);
  lose();
  people.delete(world);
};

/** Each delete is judged when it happens: only what was made for a record, and only once that is deleted in ams. */
const watchDeletes = (world: MemoryWorld): readonly string[] => {
  const faults: string[] = [];
  const { remote, ams, key } = world;
  const lose = remote.lose.bind(remote);
  remote.lose = (id) => {
    const { uid = "", extra } = remote.items.get(id) ?? {};
    const ref = recordOfUid(key.tenantId, uid);
    if (!people.has(world)) {
      if (extra !== "" || !ref) faults.push(`${id} was there before`);
      else if (ams.records.has(`${ref.kind}/${ref.id}`))
        faults.push(`${id}: its record is in ams`);
    }
    lose(id);
  };
  return faults;
};

const carryOut = async (world: MemoryWorld, one: Step): Promise<void> => {
  switch (one.do) {
    case "here":
      world.commit([
        person(one.id, { city: one.city ?? null, fax: one.fax ?? null }),
      ]);
      break;
    case "visit":
      world.commit([
        appointment(
          one.id,
          { date: "2024-03-31", reason: one.city ?? "Termin", remark: one.id },
          0,
        ),
      ]);
      break;
    case "there": {
      const at = itemOf(world, "customer", one.id);
      if (at !== undefined && world.remote.items.has(at))
        world.remote.edit(at, { city: one.city, fax: one.fax });
      break;
    }
    case "delete-here":
      world.commit([], [{ kind: "customer", id: one.id }]);
      break;
    case "delete-there": {
      const at = itemOf(world, "customer", one.id);
      if (at !== undefined && world.remote.items.has(at))
        byPeople(world, () => world.remote.lose(at));
      break;
    }
    case "foreign":
      world.remote.add(`/contacts/fremd-${one.id}.vcf`, `fremd-${one.id}`, {
        type: "private",
        fields: {
          firstName: "Zoë",
          lastName: NAMES[Number(one.id)] ?? "",
          email: `${one.id}@example.org`,
          ...(one.city !== undefined && { city: one.city }),
        },
      });
      break;
    case "reset":
      world.state.reset(world.key.accountId, "contacts");
      break;
    case "want-all":
      world.wantAll();
      break;
    case "run":
      poll(world);
      await world.run();
      break;
    case "die": {
      poll(world);
      const doomed = new Mortality(one.call, one.when);
      await Promise.race([doomed.death, world.run(doomed)]);
      await world.clock.advance(60_001);
      break;
    }
    case "fault": {
      let left = one.request;
      world.remote.fault = ({ operation }) => {
        left -= 1;
        const refuses = one.kind === "precondition";
        if (left !== 0 || (refuses && operation !== "update")) return undefined;
        const error = new ConnectorError(one.kind, "Fault.");
        return refuses || one.side === "before"
          ? { before: error }
          : { after: error };
      };
      poll(world);
      await world.run();
      world.remote.fault = () => undefined;
    }
  }
};

const rest = async (world: MemoryWorld): Promise<void> => {
  for (let round = 0; round < 8; round += 1) {
    await world.clock.advance(3_600_001);
    poll(world);
    await world.settle(30);
  }
};

const known = (values: object): object =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(),
  );

const check = async (world: MemoryWorld): Promise<void> => {
  await rest(world);
  const links = (["contacts", "appointments"] as const).flatMap((kind) => [
    ...world.stream(kind).links.values(),
  ]);
  // One item for each record, the same on both sides.
  expect(new Set(links.map(({ itemId }) => itemId)).size).toBe(links.length);
  for (const { kind, recordId, itemId, lost } of links) {
    const record = world.ams.records.get(`${kind}/${recordId}`);
    expect(record, `${kind}/${recordId}`).toBeDefined();
    const item = world.remote.items.get(itemId);
    if (lost) expect(item).toBeUndefined();
    else
      expect(known(item?.form.fields ?? {}), itemId).toEqual(
        known(record?.values ?? {}),
      );
  }
  for (const key of world.ams.records.keys())
    expect(
      links.some(({ kind, recordId }) => `${kind}/${recordId}` === key),
      `${key} is linked`,
    ).toBe(true);
  // No record has a second item that we made.
  const linked = new Set(links.map(({ itemId }) => itemId));
  const ours = [...world.remote.items].filter(([, { extra }]) => extra === "");
  expect(ours.filter(([at]) => !linked.has(at)).map(([at]) => at)).toEqual([]);
  // A further run does nothing.
  const writes = world.remote.writes.length;
  const versions = [...world.ams.records.values()].map((r) => r.rowVersion);
  world.wantAll();
  poll(world);
  await world.settle(30);
  expect(world.remote.writes.length).toBe(writes);
  expect([...world.ams.records.values()].map((r) => r.rowVersion)).toEqual(
    versions,
  );
};

it.each(["ams-wins", "remote-wins"] as const)(
  "whatever happens on both sides, in the end they agree: %s",
  async (policy) => {
    console.log(`two ways, ${policy}: seed ${SEED}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 25 }),
        async (steps) => {
          const world = new MemoryWorld();
          world.remote.inward = ["contacts", "appointments"];
          world.options = { ...world.options, policy };
          world.limits = { ...world.limits, sliceSize: 3 };
          const faults = watchDeletes(world);
          world.remembers = steps.length % 2 === 0;
          for (const one of steps) {
            const before = [...world.ams.records.keys()];
            await carryOut(world, one);
            // Nothing that runs do deletes in ams.
            if (one.do !== "delete-here")
              for (const key of before)
                expect(world.ams.records.has(key)).toBe(true);
            expect(faults).toEqual([]);
          }
          await check(world);
          expect(faults).toEqual([]);
        },
      ),
      {
        numRuns: Math.ceil(HISTORIES / 2),
        seed: SEED,
        examples: FOUND.map((history) => [[...history]]),
      },
    );
  },
);
