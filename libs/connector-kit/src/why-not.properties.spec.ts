import { Account, syncOptionsOf } from "@ams-sync/contracts";
import { canonicalOf, streamOf, whyNot } from "@ams-sync/sync-core";
import type { AmsRecord, Instant, UserView } from "@ams-sync/sync-core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MemoryWorld } from "./memory/index.js";

const DAY_MS = 24 * 60 * 60 * 1_000;
const NOW = Date.parse("2026-11-23T12:00:00Z");
const AGENTS = ["10", "11", "12"] as const;
const TAGS = ["VIP", "vip ", "Größe", "GRÖSSE"] as const;

const day = fc.constantFrom("", "2026-10-25", "2026-11-01", "2999-01-01");

/** What settings stores and hands out. */
const account = fc
  .record({
    contacts: fc.option(
      fc.record({
        customers: fc.boolean(),
        companies: fc.boolean(),
        agents: fc.boolean(),
        agentId: fc.constantFrom("", ...AGENTS),
        tags: fc.subarray([...TAGS]),
        editedSince: day,
        birthday: fc.boolean(),
      }),
      { nil: undefined },
    ),
    appointments: fc.option(
      fc.record({
        maxAgeDays: fc.constantFrom(0, 1, 30),
        editedSince: day,
        ownerIds: fc.subarray(["7", "8", "9"]),
      }),
      { nil: undefined },
    ),
  })
  .map((chosen) => Account.fromPartial(chosen));

const lastChanged = fc
  .constantFrom(0, 1, 29, 30, 31, 400)
  .map((days) => (NOW - days * DAY_MS) as Instant);

const record = (id: number): fc.Arbitrary<AmsRecord> => {
  const base = { id: String(id), rowVersion: "1" };
  const named = { lastName: `Böhm ${id}`, name: `Böhm ${id}` };
  return fc.oneof(
    fc
      .record({
        lastChanged,
        agentId: fc.constantFrom(undefined, ...AGENTS),
        tags: fc.subarray([...TAGS]),
      })
      .map(({ agentId, ...rest }) => ({
        ...{
          ...base,
          ...rest,
          kind: "customer" as const,
          type: "private" as const,
        },
        values: named,
        ...(agentId && { agentId }),
      })),
    fc
      .record({
        lastChanged,
        kind: fc.constantFrom("company" as const, "agent" as const),
      })
      .map((rest) => ({
        ...{ ...base, ...rest, type: "commercial" as const, tags: [] },
        values: named,
      })),
    fc
      .record({ lastChanged, ownerId: fc.constantFrom("7", "8", "9") })
      .map((rest) => ({
        ...{ ...base, ...rest, kind: "appointment" as const },
        values: { date: "2026-12-01", reason: `Besuch ${id}` },
      })),
  );
};

const user = fc
  .record({
    agentRelease: fc.boolean(),
    released: fc.subarray([...AGENTS]),
    timeZone: fc.constantFrom("Europe/Berlin", "Pacific/Auckland"),
    rights: fc.subarray(["appointments.department"]),
    colleagues: fc.subarray(["8", "9"]),
  })
  .map(({ released, rights, colleagues, ...rest }): UserView => ({
    ...{ userId: "7", rights: new Set(rights) },
    ...rest,
    colleagueIds: new Set(colleagues),
    timeZone: rest.timeZone as UserView["timeZone"],
    releasedAgentIds: new Set(released),
  }));

const office = fc.record({
  account,
  user,
  records: fc.tuple(
    ...Array.from({ length: 6 }, (_, index) => record(index + 1)),
  ),
});

it("says of every record what the run does with it", async () => {
  await fc.assert(
    fc.asyncProperty(
      office,
      async ({ account: stored, user: view, records }) => {
        const world = new MemoryWorld();
        await world.clock.advance(NOW - world.clock.epoch());
        world.ams.user = view;
        world.choose(syncOptionsOf(stored));
        world.commit(records);
        await world.settle();
        for (const one of records) {
          const told = whyNot(
            one,
            view,
            world.options,
            world.clock.epoch() as Instant,
          );
          const carried = canonicalOf(one, world.options).ok;
          const link = world
            .stream(streamOf(one.kind))
            .links.get(`${one.kind}/${one.id}`);
          expect([one.kind, one.id, told, link !== undefined]).toEqual([
            ...[one.kind, one.id, told, told.sent && carried],
          ]);
          expect(world.shown(one.kind, one.id) !== undefined).toBe(
            link !== undefined,
          );
          expect(carried).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
});

it("says so of records that are sent, of each reason, and not of one alone", () => {
  const seen = new Set<string>();
  for (const { account: stored, user: view, records } of fc.sample(office, {
    numRuns: 300,
    seed: 1,
  }))
    for (const one of records) {
      const told = whyNot(one, view, syncOptionsOf(stored), NOW as Instant);
      seen.add(told.sent ? "sent" : told.code);
    }
  expect([...seen].toSorted()).toEqual(
    [
      ...["sent", "stream-off", "kind-off", "no-agent", "agent-not-released"],
      ...[
        "other-agent",
        "tag-missing",
        "not-own",
        "not-edited-since",
        "too-old",
      ],
      ...["owner-not-chosen", "no-department-right", "other-department"],
    ].toSorted(),
  );
});
