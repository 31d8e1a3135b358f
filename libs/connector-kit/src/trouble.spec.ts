import { beforeEach, describe, expect, it } from "vitest";
import { ConnectorError } from "./connector-error.js";
import { MemoryWorld, anna, jost, visit, customer } from "./memory/index.js";

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
});

const unwanted = (message: string) => new ConnectorError("rejected", message);

describe("one bad record", () => {
  it.each([
    ["too-long", { lastName: "ß".repeat(10_000) }],
    ["impossible-date", { birthDate: "1985-02-31" }],
    ["control-characters", { city: "Ka\u0007ssel" }],
  ])(
    "is set aside with its reason (%s), the rest goes on",
    async (code, values) => {
      world.commit([anna(values), jost()]);
      const [report] = await world.settle();
      expect(report).toMatchObject({
        outcome: "done",
        counts: { created: 1, setAside: 1 },
      });
      expect(world.asideCodes()).toEqual([["ams:customer/1", code]]);
      expect(JSON.stringify(world.stream().setAside)).not.toContain(
        "ß".repeat(20),
      );
      // It comes again when it has changed, and not before.
      world.commit([anna()]);
      await world.settle();
      expect(world.stream().setAside).toEqual([]);
      expect(world.remote.items.size).toBe(2);
    },
  );

  it("that the server refuses is tried again after a day", async () => {
    let refuse = true;
    world.remote.fault = ({ operation, at }) =>
      refuse &&
      operation === "create" &&
      at === world.addressOf("customer", "1")
        ? { before: unwanted("The server stores no such card.") }
        : undefined;
    world.commit([anna(), jost()]);
    await world.settle();
    expect(world.stream().setAside).toMatchObject([
      {
        code: "rejected",
        dueAt: world.clock.epoch() + 86_400_000,
        attempts: 1,
      },
    ]);
    refuse = false;
    await world.clock.advance(86_400_000);
    await world.settle();
    expect(world.stream().setAside).toEqual([]);
    expect(world.remote.items.size).toBe(2);
  });

  it("that ams cannot hand out is set aside, the rest goes on", async () => {
    const { ams } = world;
    const load = ams.load.bind(ams);
    let broken = true;
    ams.load = async (tenantId, userId, refs) => {
      if (broken && refs.some(({ id }) => id === "2"))
        throw new Error("invalid byte sequence in Groß");
      return load(tenantId, userId, refs);
    };
    world.commit([anna(), jost(), customer("3", { lastName: "Öztürk" }, 0)]);
    const [report] = await world.settle();
    expect(report).toMatchObject({
      outcome: "done",
      counts: { created: 2, setAside: 1 },
    });
    expect(world.asideCodes()).toEqual([["ams:customer/2", "unreadable"]]);
    expect(JSON.stringify(world.logged)).not.toContain("Groß");
    broken = false;
    await world.clock.advance(30_000);
    await world.settle();
    expect(world.shown("customer", "2")).toBeDefined();
  });

  it("is not blamed when ams does not answer at all", async () => {
    const { ams } = world;
    const load = ams.load.bind(ams);
    let calls = 0;
    ams.load = async (tenantId, userId, refs) => {
      calls += 1;
      if (calls > 1) throw new Error("The connection broke.");
      return load(tenantId, userId, refs);
    };
    world.commit([anna(), jost()]);
    await expect(world.run()).rejects.toThrow("The connection broke.");
    expect(world.stream().setAside).toEqual([]);
    expect(world.stream().pending).toBe(2);
  });

  it("that breaks the connector leaves the place of the fault in the log, not the data", async () => {
    world.remote.fault = ({ operation, at }) => {
      if (operation === "create" && at === world.addressOf("customer", "2"))
        throw new TypeError("cannot write Groß");
      return undefined;
    };
    world.commit([anna(), jost()]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/2", "rejected"]]);
    expect(world.shown("customer", "1")).toBeDefined();
    const logged = JSON.stringify(world.logged);
    expect(logged).toContain("TypeError");
    expect(logged).toContain("customer/2");
    expect(logged).not.toContain("Groß");
  });

  it("that breaks the kit is set aside, and its data stays out of the log", async () => {
    world.remote.normalize = (form) => {
      if ("lastName" in form.fields && form.fields.lastName === "Groß")
        throw new RangeError(`cannot fold ${JSON.stringify(form)}`);
      return form;
    };
    world.commit([anna(), jost()]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/2", "internal-error"]]);
    expect(world.remote.items.size).toBe(1);
    expect(world.logged).toHaveLength(1);
    expect(JSON.stringify(world.logged)).toContain("RangeError");
    expect(JSON.stringify(world.logged)).not.toContain("Groß");
  });
});

describe("a server in trouble", () => {
  const lostAnswer = (wanted: string) => {
    let left = 1;
    world.remote.fault = ({ operation }) => {
      if (operation !== wanted || left === 0) return undefined;
      left -= 1;
      return {
        after: new ConnectorError("transient", "The connection broke."),
      };
    };
  };

  it("that loses the answer to a create gets no second item", async () => {
    lostAnswer("create");
    world.commit([anna()]);
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ adopted: 1 });
    expect(world.writes()).toEqual(["create"]);
    expect(world.stream().links.get("customer/1")).toMatchObject({
      origin: "created",
      itemVersion: '"1"',
    });
  });

  it.each([
    ["", true],
    [", even where it overwrites any version", false],
  ])(
    "that loses the answer to an update is not written to twice%s",
    async (_also, obeys) => {
      world.remote.obeysVersions = obeys;
      world.commit([anna()]);
      await world.settle();
      lostAnswer("update");
      world.commit([anna({ city: "Fürth" })]);
      await world.settle();
      expect(world.writes()).toEqual(["create", "update"]);
      expect(world.stream().links.get("customer/1")?.itemVersion).toBe('"2"');
      expect(world.stream().pending).toBe(0);
    },
  );

  it("that loses the answer to a delete is content", async () => {
    world.commit([anna()]);
    await world.settle();
    lostAnswer("delete");
    world.commit([], [{ kind: "customer", id: "1" }]);
    await world.settle();
    expect(world.remote.items.size).toBe(0);
    expect(world.stream().links.size).toBe(0);
    expect(world.stream().pending).toBe(0);
  });

  it("that names no versions is read before it is written to", async () => {
    world.remote.namesVersions = false;
    world.commit([anna()]);
    await world.settle();
    world.commit([anna({ city: "Fürth" })]);
    await world.settle();
    world.wantAll();
    await world.settle();
    expect(world.writes()).toEqual(["create", "update"]);
    expect(world.shown("customer", "1")).toMatchObject({
      city: "Fürth",
    });
  });

  it("whose item changes while it is written to is read and planned again", async () => {
    world.commit([anna()]);
    await world.settle();
    let once = true;
    world.remote.fault = ({ operation, at }) => {
      if (operation === "update" && once) {
        once = false;
        world.remote.edit(at, { fax: "0911 7" });
      }
      return undefined;
    };
    world.commit([anna({ city: "Fürth" })]);
    await world.settle();
    expect(world.shown("customer", "1")).toMatchObject({
      city: "Fürth",
      fax: "0911 7",
    });
  });

  it("whose item keeps changing is left alone after a few times", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.fault = ({ operation, at }) => {
      if (operation === "update")
        world.remote.edit(at, { fax: String(world.remote.requests.length) });
      return undefined;
    };
    world.commit([anna({ city: "Fürth" }), jost()]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/1", "precondition"]]);
    expect(world.shown("customer", "2")).toBeDefined();
  });

  it("that says slow down ends the run, and no entry counts an attempt", async () => {
    let calm = true;
    world.remote.fault = ({ operation }) =>
      operation === "create" && world.remote.items.size >= 1 && calm
        ? {
            before: new ConnectorError("throttled", "Too many requests.", {
              retryAfterMs: 90_000,
            }),
          }
        : undefined;
    world.remote.concurrency = 1;
    world.commit([anna(), jost(), customer("3", { lastName: "Öztürk" }, 0)]);
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "throttled", more: false });
    expect(world.account()).toMatchObject({
      dueAt: world.clock.epoch() + 90_000,
      summary: { health: "degraded", retryInMs: 90_000 },
    });
    expect(world.stream().setAside).toEqual([]);
    expect(world.stream().pending).toBe(2);
    calm = false;
    expect((await world.run()).outcome).toBe("parked");
    await world.clock.advance(90_000);
    await world.settle();
    expect(world.remote.items.size).toBe(3);
  });

  it("that refuses the login parks the account and keeps its work", async () => {
    world.remote.password = "geändert";
    world.commit([anna()]);
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "auth", more: false });
    expect(world.account().summary?.health).toBe("needs-login");
    expect((await world.run()).outcome).toBe("parked");
    expect(world.stream().pending).toBe(1);
    expect(world.remote.requests).toHaveLength(1);
  });

  it("that answers nobody spares the rest its attempts", async () => {
    world.remote.fault = ({ operation }) =>
      operation === "create"
        ? { before: new ConnectorError("transient", "No answer.") }
        : undefined;
    world.remote.concurrency = 1;
    world.limits = { ...world.limits, sliceSize: 50 };
    world.commit(
      Array.from({ length: 50 }, (_, i) =>
        customer(String(i + 10), { lastName: `Jäger ${i}` }, 0),
      ),
    );
    const report = await world.run();
    expect(report).toMatchObject({
      outcome: "transient",
      more: false,
      counts: { setAside: 5 },
    });
    expect(world.stream().setAside).toHaveLength(5);
    expect(world.stream().pending).toBe(45);
    expect(
      world.remote.requests.filter(({ operation }) => operation === "create"),
    ).toHaveLength(15);
  });

  it.each([10, 50, 200])(
    "for %i records only does not keep the others waiting",
    async (count) => {
      world.limits = { ...world.limits, sliceSize: 100, commitGroup: 10 };
      const poison = Array.from({ length: count }, (_, i) =>
        customer(String(i + 1), { lastName: `Groß ${i}` }, 0),
      );
      const bad = new Set(
        poison.map(({ id }) => world.addressOf("customer", id)),
      );
      world.remote.fault = ({ operation, at }) =>
        operation === "create" && bad.has(at)
          ? { before: new ConnectorError("transient", "500") }
          : undefined;
      world.commit(poison);
      const nextRun = async () => {
        world.account().dueAt = 0;
        await world.run();
      };
      do {
        await world.clock.advance(900_000);
        await nextRun();
      } while (world.stream().pending > 0);
      await world.clock.advance(6 * 3_600_000);
      world.commit([customer("9999", { lastName: "Öztürk" }, 0)]);
      await nextRun();
      expect(world.shown("customer", "9999")).toEqual({ lastName: "Öztürk" });
    },
  );

  it("without a calendar still has an address book", async () => {
    world.remote.fault = ({ operation, at }) =>
      operation === "container" && at === "appointments"
        ? { before: unwanted("There is no calendar home.") }
        : undefined;
    world.commit([anna(), visit()]);
    const report = await world.run();
    expect(report).toMatchObject({
      outcome: "rejected",
      more: false,
      counts: { created: 1 },
    });
    expect(world.stream("appointments").pending).toBe(1);
    expect(world.account().summary).toMatchObject({
      health: "degraded",
      error: { kind: "rejected", message: "There is no calendar home." },
    });
  });

  it("that answers a question for many items with a refusal is asked for each", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.remote.fault = ({ operation, at }) =>
      operation === "fetch" && at.includes(" ")
        ? { before: unwanted("404 for all.") }
        : undefined;
    world.commit([anna({ city: "Fürth" }), jost({ city: "Düren" })]);
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ updated: 2 });
  });
});
