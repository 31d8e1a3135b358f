import { describe, expect, it } from "vitest";
import { MemoryWorld, anna, jost } from "./memory/index.js";
import { runAccount } from "./run.js";

describe("what a run asks for", () => {
  it("is one slice where it is not full, and another one where it is", async () => {
    const world = new MemoryWorld();
    let asked = 0;
    const nextWork = world.state.nextWork.bind(world.state);
    world.state.nextWork = (run, stream, limit) => {
      if (stream === "contacts") asked += 1;
      return nextWork(run, stream, limit);
    };
    world.limits = { ...world.limits, sliceSize: 2 };
    world.commit([anna(), jost()]);
    await world.run();
    expect(asked).toBe(2);
    asked = 0;
    world.commit([jost({ city: "Düren" })]);
    await world.run();
    expect(asked).toBe(1);
  });

  it("is the login while ams is read, where the record is linked, and none where it is not in scope", async () => {
    const world = new MemoryWorld();
    const order: string[] = [];
    const ports = () => {
      const { records, settings, ...others } = world.ports();
      return {
        ...others,
        records: {
          load: async (...which: Parameters<typeof records.load>) => {
            if (which[2].length > 0) order.push("ams");
            const view = await records.load(...which);
            if (which[2].length > 0) order.push("read");
            return view;
          },
        },
        settings: {
          account: settings.account,
          credential: (run: Parameters<typeof settings.credential>[0]) => {
            order.push("login");
            return settings.credential(run);
          },
        },
      };
    };
    world.commit([anna()]);
    await world.settle();
    world.commit([anna({ city: "Düren" })]);
    const { signal } = new AbortController();
    await runAccount(world.key, ports(), world.limits, signal);
    expect(order).toEqual(["login", "ams", "read"]);
  });

  it("is the login while state takes in, where the other side is asked", async () => {
    const world = new MemoryWorld();
    const order: string[] = [];
    const ports = world.ports();
    const { state, settings } = ports;
    const takeIn = state.takeIn.bind(state);
    state.takeIn = async (...which) => {
      order.push("state");
      const taken = await takeIn(...which);
      order.push("taken in");
      return taken;
    };
    const credential: typeof settings.credential = (run) => {
      order.push("login");
      return settings.credential(run);
    };
    const { signal } = new AbortController();
    await runAccount(
      world.key,
      { ...ports, settings: { account: settings.account, credential } },
      world.limits,
      signal,
    );
    expect(order.slice(0, 3)).toEqual(["login", "state", "taken in"]);
    expect(order.filter((call) => call === "login")).toHaveLength(1);
  });

  it("is one login where the one begun for the other side's changes is refused", async () => {
    const world = new MemoryWorld();
    world.remote.password = "anders";
    expect(await world.run()).toMatchObject({ outcome: "auth" });
    expect(world.remote.requests).toHaveLength(1);
  });

  it("is no second login where the one begun early is refused", async () => {
    const world = new MemoryWorld();
    world.commit([anna()]);
    await world.settle();
    world.commit([anna({ city: "Düren" })]);
    world.remote.password = "anders";
    world.remote.requests.length = 0;
    expect(await world.run()).toMatchObject({ outcome: "auth" });
    expect(world.remote.requests).toHaveLength(1);
  });
});
