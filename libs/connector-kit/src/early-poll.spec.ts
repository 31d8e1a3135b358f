import { beforeEach, describe, expect, it } from "vitest";
import { MemoryWorld, anna } from "./memory/index.js";
import type { Session, StreamPort } from "./port.js";
import type { RunPorts } from "./run-context.js";
import type { RunState } from "./run-state.js";
import { runAccount } from "./run.js";

const signal = () => {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
};

/** The other side is to be asked what is new in a container that is at its place. */
describe("a poll", () => {
  let world: MemoryWorld;
  let asked: string[];
  const run = (change: Partial<RunPorts>) =>
    runAccount(
      world.key,
      { ...world.ports(), ...change },
      world.limits,
      new AbortController().signal,
    );
  const stateWhere = (takeIn: RunState["takeIn"]): RunState =>
    Object.assign(Object.create(world.ports().state) as RunState, { takeIn });
  const changing = (change: (port: StreamPort) => Partial<StreamPort>) => {
    const open = world.remote.open.bind(world.remote);
    world.remote.open = async (login) => {
      const session = await open(login);
      const stream: Session["stream"] = (...which) => {
        const port = session.stream(...which);
        return Object.assign(Object.create(port) as StreamPort, change(port));
      };
      return Object.assign(Object.create(session) as Session, { stream });
    };
  };

  beforeEach(async () => {
    world = new MemoryWorld();
    world.commit([anna()]);
    await world.settle();
    world.stream().remoteDue = true;
    world.remote.requests.length = 0;
    asked = [];
    world.remote.fault = ({ operation }) => {
      asked.push(operation);
      return undefined;
    };
  });

  it("gets its login while ams is read, and asks once, while state takes in", async () => {
    const { settings, records, state } = world.ports();
    const [login, question] = [signal(), signal()];
    changing((port) => ({
      changes: (token) => {
        question.give();
        return port.changes(token);
      },
    }));
    const report = await run({
      settings: {
        account: settings.account,
        credential: (ref) => {
          login.give();
          return settings.credential(ref);
        },
      },
      records: {
        load: async (...what) => {
          await login.given;
          return records.load(...what);
        },
      },
      state: stateWhere(async (ref, stream, kinds) => {
        if (stream === "contacts") await question.given;
        return state.takeIn(ref, stream, kinds);
      }),
    });
    expect(report.outcome).toBe("done");
    expect(asked).toEqual(["open", "changes"]);
  });

  it("is over before a run ends in which state cannot take in", async () => {
    let over = false;
    changing((port) => ({
      changes: async (token) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        over = true;
        return port.changes(token);
      },
    }));
    const ended = run({
      state: stateWhere(async () => {
        throw new Error("state is away.");
      }),
    });
    await expect(ended).rejects.toThrow("state is away.");
    expect(over).toBe(true);
  });

  it("of a container that has to be looked for comes after what state takes in", async () => {
    const { state } = world.ports();
    world.stream().fullWanted = true;
    await run({
      state: stateWhere(async (...what) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        asked.push("take in");
        return state.takeIn(...what);
      }),
    });
    const [first] = asked.filter((one) => one !== "open");
    expect(first).toBe("take in");
    expect(asked).toContain("container");
  });
});
