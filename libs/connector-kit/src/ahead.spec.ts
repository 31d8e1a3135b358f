import { beforeEach, describe, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { MemoryWorld, anna, visit } from "./memory/index.js";
import { noCounts } from "./run-context.js";
import type { RunPorts } from "./run-context.js";
import { runAccount } from "./run.js";

/** The settings were read by an earlier run: state does the first steps together with the beginning. */
describe("a run of known settings", () => {
  let world: MemoryWorld;
  let asked: string[];
  /** Notes what the run asks state and ams. */
  const noting = (): RunPorts => {
    const ports = world.ports();
    const noted = <T extends object>(target: T, names: readonly (keyof T)[]) =>
      Object.assign(
        Object.create(target) as T,
        Object.fromEntries(
          names.map((name) => [
            name,
            (...args: unknown[]) => {
              asked.push(String(name));
              return (target[name] as (...all: unknown[]) => unknown).apply(
                target,
                args,
              );
            },
          ]),
        ),
      );
    return {
      ...ports,
      state: noted(ports.state, ["begin", "takeIn", "nextWork", "commit"]),
      records: noted(ports.records, ["load"]),
    };
  };
  const run = (change: Partial<RunPorts> = {}) =>
    runAccount(
      world.key,
      { ...noting(), ...change },
      world.limits,
      new AbortController().signal,
    );

  beforeEach(async () => {
    asked = [];
    world = new MemoryWorld();
    world.commit([anna()]);
    await world.settle();
    world.remembers = true;
  });

  it("asks state once and ams once before it writes", async () => {
    world.commit([anna({ city: "Düren" })]);
    await run();
    expect(asked).toEqual(["begin", "load", "commit", "commit"]);
    expect(world.shown("customer", "1")).toMatchObject({ city: "Düren" });
  });

  it("asks ams once and ends, where what changed is nothing of its own", async () => {
    world.ams.user = world.ams.user && {
      ...world.ams.user,
      agentRelease: true,
    };
    world.commit([{ ...anna(), id: "2", agentId: "11" } as never]);
    const before = world.remote.requests.length;
    await run();
    expect(asked).toEqual(["begin", "load"]);
    expect(world.stream().pending).toBe(0);
    expect(world.remote.requests).toHaveLength(before);
  });

  it("remembers a whole slice of nothing of its own before it asks for more", async () => {
    world.limits = { ...world.limits, sliceSize: 2 };
    world.ams.user = world.ams.user && {
      ...world.ams.user,
      agentRelease: true,
      releasedAgentIds: new Set(["10"]),
    };
    world.commit(
      ["2", "3", "4", "5", "6", "7", "8", "9"].map(
        (id) => ({ ...anna(), id, agentId: id === "2" ? "10" : "11" }) as never,
      ),
    );
    const ports = noting();
    const limits: number[] = [];
    const { state } = ports;
    const nextWork: typeof state.nextWork = (ref, stream, limit) => {
      limits.push(limit);
      return state.nextWork(ref, stream, limit);
    };
    await run({
      state: Object.assign(Object.create(state) as typeof state, { nextWork }),
    });
    expect(world.shown("customer", "2")).toBeDefined();
    // Two, and two that are still being written.
    expect(Math.max(...limits)).toBeLessThanOrEqual(4);
    expect(world.stream().pending).toBe(0);
  });

  it("asks for itself where state was told of other ones", async () => {
    world.commit([anna({ city: "Düren" })]);
    const { settings } = world.ports();
    const old = await settings.account(world.key, 1n);
    world.settingsVersion = 2n;
    world.state.announce(world.key.accountId, 2n);
    await run({
      settings: { ...world.ports().settings, remembered: () => old },
    });
    expect(asked.slice(0, 4)).toEqual(["begin", "load", "takeIn", "takeIn"]);
    expect(world.shown("customer", "1")).toMatchObject({ city: "Düren" });
  });

  it("hears what the other side tells before it works", async () => {
    world.commit([anna({ city: "Düren" })]);
    world.stream().remoteDue = true;
    world.remote.requests.length = 0;
    await run();
    expect(asked.slice(0, 3)).toEqual(["begin", "load", "nextWork"]);
    const [, first] = world.remote.requests;
    expect(first?.operation).toBe("changes");
  });

  it("reads what comes later in the run when it comes", async () => {
    world.limits = { ...world.limits, sliceSize: 1 };
    world.commit([anna({ city: "Düren" }), { ...anna(), id: "2" } as never]);
    await run();
    expect(asked.filter((name) => name === "load")).toHaveLength(2);
    expect(world.shown("customer", "2")).toBeDefined();
  });

  describe("whose records change in ams once they were read", () => {
    const CARD = "/contacts/max.vcf";
    /** After the first reading, when the run goes on with what it has. */
    const meanwhile = (change: () => void): Partial<RunPorts> => {
      const { records } = noting();
      let done = false;
      return {
        records: {
          load: async (...what) => {
            const view = await records.load(...what);
            if (!done) change();
            done = true;
            return view;
          },
        },
      };
    };
    /** The other side announced it to a run that ended before it worked on it. */
    const announced = async (id: string) => {
      const begun = await world.state.begin(world.key);
      if (!begun.granted) throw new Error(begun.refusal);
      const ref = { account: world.key, runId: begun.runId };
      await world.state.takeInRemote(
        ...([ref, "contacts", [{ id, gone: false }]] as const),
        ...([undefined, { more: true }] as const),
      );
      const counts = noCounts();
      await world.state.end(ref, { counts, health: "ok", retryInMs: 0 });
    };

    it("sends the later change as well", async () => {
      world.commit([anna({ city: "Düren" })]);
      await run(meanwhile(() => world.commit([anna({ city: "Köln" })])));
      expect(world.shown("customer", "1")).toMatchObject({ city: "Düren" });
      await world.settle();
      expect(world.shown("customer", "1")).toMatchObject({ city: "Köln" });
    });

    it("overwrites nothing in ams", async () => {
      world.remote.inward = ["contacts", "appointments"];
      const id = world.addressOf("customer", "1");
      world.remote.edit(id, { city: "Aachen", profession: "Imkerin" });
      await announced(id);
      await run(meanwhile(() => world.commit([anna({ city: "Köln" })])));
      await world.settle();
      const both = { city: "Köln", profession: "Imkerin" };
      expect(world.ams.records.get("customer/1")?.values).toMatchObject(both);
      expect(world.shown("customer", "1")).toMatchObject(both);
    });

    it("reads those of a second slice when it comes to it", async () => {
      world.remote.inward = ["contacts", "appointments"];
      world.remote.add(CARD, "max", { type: "private", fields: {} });
      await announced(CARD);
      world.commit([visit()]);
      await run(
        meanwhile(() => world.commit([visit({ reason: "Jahresgespräch" })])),
      );
      expect(world.shown("appointment", "9")).toMatchObject({
        reason: "Jahresgespräch",
      });
    });
  });

  it("finds out which of its records ams cannot tell", async () => {
    world.commit([anna({ city: "Düren" }), { ...anna(), id: "2" } as never]);
    const { records } = world.ports();
    const report = await run({
      records: {
        load: async (home, userId, refs) => {
          if (refs.some(({ id }) => id === "2")) throw new Error("unreadable");
          return records.load(home, userId, refs);
        },
      },
    });
    expect(report).toMatchObject({ counts: { updated: 1, setAside: 1 } });
  });

  it("keeps what it took in where ams is away", async () => {
    world.commit([anna({ city: "Düren" })]);
    const report = await run({
      records: {
        load: async () => {
          throw new AmsAway(true, "ams does not answer.");
        },
      },
    });
    expect(report).toMatchObject({ outcome: "transient" });
    expect(world.stream().pending).toBe(1);
    await world.clock.advance(60_001);
    await world.settle();
    expect(world.shown("customer", "1")).toMatchObject({ city: "Düren" });
  });
});
