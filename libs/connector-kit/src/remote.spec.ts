import { beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectorError } from "./connector-error.js";
import type { ConnectorErrorKind } from "./connector-error.js";
import { MemoryWorld, anna } from "./memory/index.js";

const error = (kind: ConnectorErrorKind, message: string = kind) => ({
  before: new ConnectorError(kind, message),
});

describe("a bound container that is asked for changes", () => {
  let world: MemoryWorld;
  /** What a poll of the contacts asks there. */
  const polled = async () => {
    world.stream().remoteDue = true;
    world.remote.requests.length = 0;
    const report = await world.run();
    const asked = world.remote.requests
      .filter(({ at }) => at === "contacts" || at.includes("/contacts/"))
      .map(({ operation }) => operation);
    return { report, asked };
  };
  beforeEach(async () => {
    world = new MemoryWorld();
    world.commit([anna()]);
    await world.settle();
    expect(world.stream().remoteToken).toBeDefined();
  });

  it("is not looked for: its token is asked of it, in one question", async () => {
    expect(await polled()).toMatchObject({
      report: { outcome: "done" },
      asked: ["changes"],
    });
  });

  it("is looked for where no token could tell that it is there", async () => {
    delete world.stream().remoteToken;
    expect((await polled()).asked).toEqual(["container", "changes"]);
  });

  it("is looked for when everything is taken in anew", async () => {
    world.stream().fullWanted = true;
    expect((await polled()).asked).toEqual(["container", "changes"]);
  });

  it.each(["gone", "rejected", "token-expired"] as const)(
    "is looked for once it answers %s, and asked again",
    async (kind) => {
      let asked = 0;
      world.remote.fault = ({ operation }) =>
        operation === "changes" && (asked += 1) === 1 ? error(kind) : undefined;
      expect(await polled()).toMatchObject({
        report: { outcome: "done" },
        asked: ["changes", "container", "changes"],
      });
    },
  );

  it("that goes on refusing is told of, not asked for ever", async () => {
    world.remote.fault = ({ operation }) =>
      operation === "changes" ? error("rejected", "Geht nicht.") : undefined;
    expect(await polled()).toMatchObject({
      report: { outcome: "rejected", message: "Geht nicht." },
      asked: ["changes", "container", "changes"],
    });
  });

  it("that calls every token void is told of, not asked for ever", async () => {
    world.remote.fault = ({ operation }) =>
      operation === "changes" ? error("token-expired") : undefined;
    expect(await polled()).toMatchObject({
      report: { outcome: "rejected" },
      asked: ["changes", "container", "changes"],
    });
  });

  it.each(["transient", "throttled", "auth"] as const)(
    "is not doubted because of %s",
    async (kind) => {
      world.remote.fault = ({ operation }) =>
        operation === "changes" ? error(kind) : undefined;
      vi.spyOn(world.clock, "sleep").mockResolvedValue();
      expect((await polled()).asked).not.toContain("container");
    },
  );

  it("that is gone and was chosen is not replaced", async () => {
    const { container } = world.stream();
    world.containers = { contacts: container ?? "" };
    world.remote.fault = ({ operation, at }) => {
      if (operation === "changes") return error("gone");
      return operation === "container" && at === "contacts"
        ? error("rejected", "Die gewählte Sammlung ist weg.")
        : undefined;
    };
    expect(await polled()).toMatchObject({
      report: {
        outcome: "rejected",
        message: "Die gewählte Sammlung ist weg.",
      },
      asked: ["changes", "container"],
    });
    expect(world.stream().container).toBe(container);
  });

  it("that has moved is followed: all is sent to the new one, and all of it is taken in", async () => {
    const open = world.remote.open.bind(world.remote);
    world.remote.open = async (login) => {
      const session = await open(login);
      const find = session.container.bind(session);
      return Object.assign(session, {
        container: async (...which: Parameters<typeof find>) => {
          await find(...which);
          return which[0] === "contacts" ? "/umgezogen/" : which[0];
        },
      });
    };
    world.remote.fault = ({ operation, at }) =>
      operation === "changes" && at === "/contacts/"
        ? error("gone")
        : undefined;
    await polled();
    expect(world.stream().container).toBe("/umgezogen/");
    await world.settle();
    expect(
      [...world.remote.items.keys()].filter((id) =>
        id.startsWith("/umgezogen/"),
      ),
    ).toHaveLength(1);
  });
});
