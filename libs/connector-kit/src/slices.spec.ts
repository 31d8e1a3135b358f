import { describe, expect, it } from "vitest";
import { MemoryWorld, customer } from "./memory/index.js";
import type { Session, StreamPort } from "./port.js";

const IDS = ["1", "2", "3", "4", "5", "6"];

const contacts = (city: string | null = null) =>
  IDS.map((id) => customer(id, { lastName: `Groß ${id}`, city }, 0));

const worldOf = (sliceSize: number): MemoryWorld => {
  const world = new MemoryWorld();
  world.limits = { ...world.limits, sliceSize };
  world.remote.concurrency = 2;
  return world;
};

/** `before` is awaited before the nth write of that kind is carried out, from 1 on. */
const hold = (
  world: MemoryWorld,
  kind: "create" | "update",
  before: (nth: number) => Promise<void> | undefined,
): void => {
  let nth = 0;
  const held = (port: StreamPort): StreamPort => {
    const write = port[kind] as (...args: unknown[]) => Promise<never>;
    const copy = Object.create(port) as StreamPort;
    return Object.assign(copy, {
      [kind]: async (...args: unknown[]) => {
        nth += 1;
        await before(nth);
        return write.apply(port, args);
      },
    });
  };
  const open = world.remote.open.bind(world.remote);
  world.remote.open = async (login) => {
    const session = await open(login);
    const stream: Session["stream"] = (...which) =>
      held(session.stream(...which));
    return Object.assign(Object.create(session) as Session, { stream });
  };
};

const signal = () => {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
};

/** Long enough for everything that is not held. */
const others = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("slices", () => {
  it("follow one another while the last write of one is under way, each entry once", async () => {
    const world = worldOf(2);
    const third = signal();
    hold(world, "create", (nth) => {
      if (nth === 3) third.give();
      return nth === 2 ? third.given : undefined;
    });
    world.commit(contacts());
    expect(await world.run()).toMatchObject({ counts: { created: 6 } });
    expect(world.writes()).toHaveLength(6);
    expect(world.remote.items.size).toBe(6);
  });

  it("keep within the concurrency all together", async () => {
    const world = worldOf(2);
    let now = 0;
    let most = 0;
    hold(world, "create", async () => {
      now += 1;
      most = Math.max(most, now);
      await others();
      now -= 1;
    });
    world.commit(contacts());
    await world.run();
    expect(most).toBe(2);
  });

  it("wait for one another where links may change", async () => {
    const world = worldOf(2);
    world.commit(contacts());
    await world.settle();
    let asked = 0;
    const nextWork = world.state.nextWork.bind(world.state);
    world.state.nextWork = async (...which) => {
      asked += 1;
      return nextWork(...which);
    };
    const at: number[] = [];
    hold(world, "update", async () => {
      await others();
      at.push(asked);
    });
    world.commit(contacts("Düren"));
    expect(await world.run()).toMatchObject({ counts: { updated: 6 } });
    // The other stream's only question, and this one's before each of its slices.
    expect(at).toEqual(at.map((_, nth) => (at[0] ?? 0) + Math.floor(nth / 2)));
  });

  it("leave nothing under way and begin nothing more where the next one cannot be had", async () => {
    const world = worldOf(2);
    const failed = signal();
    hold(world, "create", (nth) => (nth === 2 ? failed.given : undefined));
    let asked = 0;
    const nextWork = world.state.nextWork.bind(world.state);
    world.state.nextWork = async (run, stream, limit) => {
      if (stream !== "contacts") return nextWork(run, stream, limit);
      asked += 1;
      if (asked < 2) return nextWork(run, stream, limit);
      setTimeout(failed.give, 20);
      throw new Error("state is away");
    };
    world.commit(contacts());
    await expect(world.run()).rejects.toThrow("state is away");
    expect(world.writes()).toHaveLength(2);
    expect(world.stream().links.size).toBe(2);
    world.state.nextWork = nextWork;
    await world.clock.advance(60_001);
    await world.settle();
    expect(world.writes()).toHaveLength(6);
  });

  it("do not go beyond what a run may do", async () => {
    const world = worldOf(2);
    world.limits = { ...world.limits, maxRecords: 3 };
    world.commit(contacts());
    expect(await world.run()).toMatchObject({
      outcome: "handed-back",
      more: true,
      counts: { created: 3 },
    });
    await world.settle();
    expect(world.writes()).toHaveLength(6);
  });
});
