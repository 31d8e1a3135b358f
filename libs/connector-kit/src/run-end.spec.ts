import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, anna, customers, visit } from "./memory/index.js";
import { runAccount } from "./run.js";

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
});

describe("the end of a run", () => {
  it("comes after so many records, and the next one goes on", async () => {
    world.limits = { ...world.limits, sliceSize: 8, maxRecords: 20 };
    world.commit(customers(30));
    const reports = await world.settle();
    expect(reports.map(({ outcome }) => outcome)).toEqual([
      "handed-back",
      "done",
    ]);
    expect(reports[0]?.counts.created).toBe(20);
    expect(world.remote.items.size).toBe(30);
  });

  it("comes after so many seconds, in the middle of a slice", async () => {
    world.remote.concurrency = 1;
    world.limits = { ...world.limits, sliceSize: 30, maxSeconds: 10 };
    world.remote.fault = ({ operation }) => {
      if (operation === "create") void world.clock.advance(1_000);
      return undefined;
    };
    world.commit(customers(30));
    const first = await world.run();
    expect(first).toMatchObject({ outcome: "handed-back", more: true });
    expect(first.counts.created).toBe(10);
    await world.settle();
    expect(world.remote.items.size).toBe(30);
    expect(world.writes()).toHaveLength(30);
  });

  it("comes when the process is asked to stop: what is under way is remembered", async () => {
    const stopping = new AbortController();
    world.remote.fault = ({ operation }) => {
      if (operation === "create" && world.remote.items.size >= 7)
        stopping.abort();
      return undefined;
    };
    world.commit(customers(30));
    const report = await world.run(undefined, stopping.signal);
    expect(report).toMatchObject({ outcome: "handed-back", more: true });
    expect(world.stream().links.size).toBe(world.remote.items.size);
    expect(world.remote.items.size).toBeLessThan(15);
    await world.settle();
    expect(world.writes()).toHaveLength(30);
  });

  it("is sudden when the lease is lost: no further write, no commit", async () => {
    world.remote.concurrency = 1;
    // One slice: before another one what is done is remembered.
    world.limits = { ...world.limits, commitGroup: 100, sliceSize: 30 };
    world.remote.fault = ({ operation }) => {
      if (operation === "create" && world.remote.items.size === 4) {
        world.state.steal(world.key.accountId);
        // So long that the lease has to be renewed before the next write.
        void world.clock.advance(45_000);
      }
      return undefined;
    };
    world.commit(customers(30));
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "lease-lost", more: false });
    expect(world.remote.items.size).toBe(5);
    expect(world.stream().links.size).toBe(0);
    world.remote.fault = () => undefined;
    await world.clock.advance(60_000);
    await world.settle();
    expect(world.writes()).toHaveLength(30);
    expect(world.stream().links.size).toBe(30);
  });

  it("by a broken state leaves the account to the next run", async () => {
    world.commit(customers(30));
    const commit = world.state.commit.bind(world.state);
    world.state.commit = async () => {
      throw new Error("state's database is away");
    };
    await expect(world.run()).rejects.toThrow("state's database is away");
    expect(world.account()).toMatchObject({
      summary: { health: "degraded", error: { kind: "transient" } },
      dueAt: world.clock.epoch() + 30_000,
    });
    world.state.commit = commit;
    await world.clock.advance(30_000);
    await world.settle();
    expect(world.writes()).toHaveLength(30);
    expect(world.stream().links.size).toBe(30);
  });

  it("is at once when another run holds the account", async () => {
    world.commit(customers(30));
    world.state.steal(world.key.accountId);
    expect(await world.run()).toMatchObject({ outcome: "busy", more: false });
    expect(world.remote.requests).toEqual([]);
  });

  it.each([
    ["older than state was told", 0n],
    ["newer, and state has not heard of what they move", 2n],
  ])("is at once when settings are %s", async (_how, version) => {
    world.settingsVersion = version;
    world.commit(customers(30));
    const { settings, ...ports } = world.ports();
    let asked = 0;
    const report = await runAccount(
      world.key,
      {
        ...ports,
        settings: {
          account: settings.account,
          credential: (run) => {
            asked += 1;
            return settings.credential(run);
          },
        },
      },
      world.limits,
      new AbortController().signal,
    );
    expect(report).toMatchObject({ outcome: "transient", more: false });
    expect(world.account().summary?.retryInMs).toBe(5_000);
    expect(asked).toBe(0);
    expect(world.remote.requests).toEqual([]);
    expect(world.stream().pending).toBe(0);
  });

  it("comes before the login when settings are saved while it is asked for", async () => {
    world.commit(customers(3));
    const { settings, ...ports } = world.ports();
    const report = await runAccount(
      world.key,
      {
        ...ports,
        settings: {
          account: settings.account,
          credential: async (run) => ({
            ...(await settings.credential(run)),
            version: 2n,
          }),
        },
      },
      world.limits,
      new AbortController().signal,
    );
    expect(report).toMatchObject({ outcome: "transient" });
    expect(world.remote.requests).toEqual([]);
    expect(world.stream().setAside).toEqual([]);
  });

  it("is not followed at once by another one when state has a stream that the settings do not send", async () => {
    const { appointments: _, ...contactsOnly } = world.options;
    world.commit([anna(), visit()]);
    await world.settle();
    world.options = contactsOnly;
    world.commit([anna({ city: "Fürth" }), visit({ reason: "Übergabe" })]);
    const report = await world.run();
    expect(report).toMatchObject({
      outcome: "transient",
      more: false,
      counts: { updated: 1 },
    });
    // What becomes of the appointments is for the user to say.
    expect(world.shown("appointment", "9")).toMatchObject({
      reason: "Besprechung",
    });
  });
});
