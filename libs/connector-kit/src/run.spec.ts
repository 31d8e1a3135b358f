import type { Canonical } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import { AmsAway } from "./ams-records.js";
import { identityOf } from "./identity.js";
import { MemoryWorld, anna, jost, visit, customer } from "./memory/index.js";
import { runAccount } from "./run.js";
import { silentTelemetry } from "./telemetry.js";

let world: MemoryWorld;
beforeEach(() => {
  world = new MemoryWorld();
});

describe("a run", () => {
  it("carries what was committed in ams to the other system, once", async () => {
    world.commit([anna(), jost(), visit({ from: "09:30", to: "10:15" })]);
    const [report] = await world.settle();
    expect(report).toMatchObject({ outcome: "done", counts: { created: 3 } });
    expect(world.shown("customer", "1")).toEqual({
      firstName: "Änne",
      lastName: "Müller-Lüdenscheidt",
    });
    expect(world.shown("appointment", "9")).toEqual({
      date: "2024-03-31",
      reason: "Besprechung",
      from: "09:30",
      to: "10:15",
    });
    expect(world.stream().links.get("customer/1")).toMatchObject({
      origin: "created",
      itemId: world.addressOf("customer", "1"),
    });
    world.wantAll();
    const before = world.remote.requests.length;
    const [again] = await world.settle();
    expect(again?.counts).toMatchObject({ unchanged: 3, created: 0 });
    expect(world.writes()).toEqual(["create", "create", "create"]);
    // A login and a look for each collection, as everything is looked over.
    expect(world.remote.requests.length - before).toBeLessThanOrEqual(3);
  });

  it("sends a change alone and keeps what others put there", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.remote.edit(world.addressOf("customer", "2"), {
      city: "Köln",
      fax: "0221 1",
    });
    const kept = {
      ...world.remote.items.get(world.addressOf("customer", "2")),
    };
    world.commit([jost({ city: "Düren" })]);
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ updated: 1, created: 0 });
    expect(world.shown("customer", "2")).toEqual({
      firstName: "Jost",
      lastName: "Groß",
      city: "Düren",
      fax: "0221 1",
    });
    expect(
      world.remote.items.get(world.addressOf("customer", "2"))?.extra,
    ).toBe(kept.extra);
  });

  it("asks nothing of the other system when nothing is in scope", async () => {
    await world.settle();
    world.choose({
      policy: "ams-wins",
      contacts: {
        customers: true,
        companies: false,
        agents: false,
        tags: ["Bestand"],
        birthday: true,
      },
    });
    world.remote.requests.length = 0;
    world.commit([anna()]);
    const [report] = await world.settle();
    expect(report).toMatchObject({ outcome: "done", counts: { skipped: 1 } });
    expect(world.remote.requests).toEqual([]);
    expect(world.stream().pending).toBe(0);
  });

  it("deletes for a tombstone, and not for a row that is merely missing", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.ams.remove({ kind: "customer", id: "2" });
    world.state.append([{ kind: "customer", id: "2" }]);
    await world.settle();
    expect(world.writes()).toEqual(["create", "create"]);
    expect(world.stream().links.has("customer/2")).toBe(true);
    world.commit([], [{ kind: "customer", id: "2" }]);
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ deleted: 1 });
    expect([...world.remote.items.keys()]).toEqual([
      world.addressOf("customer", "1"),
    ]);
    expect(world.stream().links.has("customer/2")).toBe(false);
  });

  it("takes a record that is there again for what it is, whatever the tombstone says", async () => {
    world.commit([anna()]);
    await world.settle();
    world.state.append([{ kind: "customer", id: "1", deleted: true }]);
    await world.settle();
    expect(world.writes()).toEqual(["create"]);
    expect(world.remote.items.size).toBe(1);
  });

  it("takes back what it put there when a customer leaves the user's scope", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    const user = world.ams.user;
    world.ams.user = user && { ...user, agentRelease: true };
    world.wantAll();
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ deleted: 2 });
    expect(world.remote.items.size).toBe(0);
  });

  it("deletes nothing when ams no longer knows the user", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.ams.user = undefined;
    world.commit([], [{ kind: "customer", id: "2" }]);
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "rejected", more: false });
    expect(world.remote.items.size).toBe(2);
    expect(world.account().summary?.error?.message).toMatch(
      /not active in ams/,
    );
  });

  it("sends nothing where the brokerage's time zone is none, and says what to mend", async () => {
    world.ams.zoneUnknown = true;
    world.commit([anna(), jost()]);
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "rejected", more: false });
    expect(world.remote.items.size).toBe(0);
    expect(world.account().summary?.error?.message).toMatch(
      /ams\.tenant\.time_zone .* correct it in ams/s,
    );
    world.ams.zoneUnknown = false;
    await world.clock.advance(3_600_000);
    await world.run();
    expect(world.remote.items.size).toBe(2);
  });

  it.each([
    ["the start", 1],
    ["the slice", 2],
  ])("waits at %s for an ams database that is away", async (_where, at) => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.commit([jost({ city: "Düren" })], [{ kind: "customer", id: "1" }]);
    const load = world.ams.load.bind(world.ams);
    let loads = 0;
    world.ams.load = async (home, ...rest) => {
      loads += 1;
      expect(home.source).toBe("ams");
      if (loads >= at) throw new AmsAway(true, "Die Datenbank schläft.");
      return load(home, ...rest);
    };
    const report = await world.run();
    expect(report).toMatchObject({ outcome: "transient", more: false });
    expect(world.account().run).toBeUndefined();
    expect(world.account().summary).toMatchObject({
      health: "degraded",
      error: { kind: "transient", message: "Die Datenbank schläft." },
    });
    expect(world.remote.items.size).toBe(2);
    world.ams.load = load;
    await world.clock.advance(3_600_000);
    await world.settle();
    expect(world.remote.items.size).toBe(1);
    expect(world.shown("customer", "2")).toMatchObject({ city: "Düren" });
  });

  it("asks for a person where the ams database is none of its own", async () => {
    world.ams.load = () =>
      Promise.reject(new AmsAway(false, "Unbekannte Datenbank."));
    world.commit([anna()]);
    expect((await world.run()).outcome).toBe("rejected");
    expect(world.account().summary?.error?.message).toBe(
      "Unbekannte Datenbank.",
    );
    expect(world.remote.requests).toEqual([]);
  });

  it("deletes nothing when the user vanishes between the start and the slice", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.commit([], [{ kind: "customer", id: "2" }]);
    const load = world.ams.load.bind(world.ams);
    let loads = 0;
    world.ams.load = async (...args) => {
      loads += 1;
      if (loads === 2) world.ams.user = undefined;
      return load(...args);
    };
    const report = await world.run();
    expect(report.outcome).toBe("rejected");
    expect(world.remote.items.size).toBe(2);
    expect(world.stream().pending).toBe(1);
  });

  it("finds its own items again when everything was forgotten", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.state.forget(world.key.accountId, "contacts");
    world.ams.put(jost({ city: "Düren" }));
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({
      adopted: 1,
      updated: 1,
      created: 0,
    });
    expect(world.writes()).toEqual(["create", "create", "update"]);
    expect(world.remote.items.size).toBe(2);
    expect(world.stream().links.get("customer/1")?.origin).toBe("created");
  });

  it("makes no duplicates after a reset and learns the versions again", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.state.reset(world.key.accountId, "contacts");
    await world.settle();
    expect(world.writes()).toEqual(["create", "create"]);
    expect(world.stream().links.get("customer/2")).toMatchObject({
      itemVersion: world.remote.items.get(world.addressOf("customer", "2"))
        ?.version,
      origin: "created",
    });
  });

  it("never takes over an item that only lies at its address", async () => {
    const foreign: Canonical = {
      type: "private",
      fields: { lastName: "Fremd" },
    };
    world.remote.add(
      world.addressOf("customer", "1"),
      "jemand-anders",
      foreign,
    );
    world.commit([anna(), jost()]);
    await world.settle();
    expect(world.asideCodes()).toEqual([["ams:customer/1", "precondition"]]);
    expect(world.shown("customer", "1")).toEqual({ lastName: "Fremd" });
    expect(world.shown("customer", "2")).toBeDefined();
  });

  it("restores at the next change what was deleted there", async () => {
    world.commit([anna()]);
    await world.settle();
    world.remote.lose(world.addressOf("customer", "1"));
    world.wantAll();
    await world.settle();
    expect(world.remote.items.size).toBe(0);
    world.commit([anna({ city: "Gießen" })]);
    await world.settle();
    expect(world.shown("customer", "1")).toMatchObject({
      city: "Gießen",
    });
  });

  it("sends everything to another container when one is chosen", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    world.containers = { contacts: "/neu/" };
    world.wantAll();
    world.commit([], [{ kind: "customer", id: "2" }]);
    await world.settle();
    const { itemId } = world.stream().links.get("customer/1") ?? {};
    expect(itemId).toBe(
      `/neu/${identityOf(world.key.tenantId, "customer", "1").uid}`,
    );
    // What was chosen before is left there, whatever becomes of its records.
    expect([...world.remote.items.keys()].sort()).toEqual([
      ...["1", "2"].map((id) => world.addressOf("customer", id)).sort(),
      `/neu/${identityOf(world.key.tenantId, "customer", "1").uid}`,
    ]);
    const before = world.writes().length;
    world.wantAll();
    await world.settle();
    expect(world.writes().length).toBe(before);
  });

  it("tells state of all creates of a slice before the first, in one commit", async () => {
    const commits: string[][] = [];
    const ports = world.ports();
    const { state } = ports;
    const commit: typeof state.commit = (run, stream, results) => {
      commits.push(results.map(({ outcome }) => outcome.type));
      expect(world.writes().length > 0).toBe(commits.length > 1);
      return state.commit(run, stream, results);
    };
    world.commit([anna(), jost(), customer("3", { lastName: "Öztürk" }, 0)]);
    world.limits = { ...world.limits, commitGroup: 10 };
    await runAccount(
      world.key,
      { ...ports, state: Object.assign(Object.create(state), { commit }) },
      world.limits,
      new AbortController().signal,
    );
    expect(commits).toEqual([
      ["mark-sent", "mark-sent", "mark-sent"],
      ["linked", "linked", "linked"],
    ]);
    world.commit([anna({ city: "Fürth" })]);
    commits.length = 0;
    await world.settle();
    expect(commits).toEqual([]);
  });

  it("brings everything back after a reset when the user deleted the address book", async () => {
    world.commit([anna(), jost({ fax: "0221 1" })]);
    await world.settle();
    for (const id of [...world.remote.items.keys()]) world.remote.lose(id);
    world.wantAll();
    await world.settle();
    expect(world.remote.items.size).toBe(0);
    world.state.reset(world.key.accountId, "contacts");
    const [report] = await world.settle();
    expect(report?.counts).toMatchObject({ created: 2, setAside: 0 });
    expect(world.shown("customer", "2")).toMatchObject({ fax: "0221 1" });
  });

  it("takes what is there after a reset for what it is: fills and corrects, clears nothing", async () => {
    world.commit([anna(), jost()]);
    await world.settle();
    const at = world.addressOf("customer", "1");
    world.remote.edit(at, { lastName: "Muller", fax: "0911 7" });
    world.state.reset(world.key.accountId, "contacts");
    await world.settle();
    expect(world.shown("customer", "1")).toEqual({
      firstName: "Änne",
      lastName: "Müller-Lüdenscheidt",
      fax: "0911 7",
    });
    expect(world.writes()).toEqual(["create", "create", "update"]);
    expect(world.stream().links.get("customer/1")).toMatchObject({
      origin: "created",
      fields: JSON.stringify({
        firstName: "Änne",
        lastName: "Müller-Lüdenscheidt",
        "-": "",
      }),
    });
  });

  it("sends everything to another server, even where its paths are the same", async () => {
    world.commit([anna(), jost(), visit()]);
    await world.settle();
    // The other server: nothing of ours is there.
    for (const id of [...world.remote.items.keys()]) world.remote.lose(id);
    world.settingsVersion = 2n;
    expect(await world.run()).toMatchObject({ outcome: "transient" });
    world.state.announce(world.key.accountId, 2n, ["contacts", "appointments"]);
    const [report] = await world.settle();
    expect(report).toMatchObject({
      outcome: "done",
      counts: { created: 3, setAside: 0 },
    });
    expect(world.remote.items.size).toBe(3);
    const before = world.writes().length;
    world.wantAll();
    await world.settle();
    expect(world.writes().length).toBe(before);
  });

  it("strikes what comes from there and keeps the link", async () => {
    const foreign: Canonical = {
      type: "private",
      fields: { lastName: "Kühn" },
    };
    world.remote.add("/contacts/fremd", "fremd", foreign);
    world.commit([anna(), jost()]);
    await world.settle();
    world.remote.lose(world.addressOf("customer", "1"));
    world.remote.edit(world.addressOf("customer", "2"), { city: "Ulm" });
    world.stream().remoteDue = true;
    world.wantAll();
    await world.settle();
    expect(world.stream().pending).toBe(0);
    expect([...world.stream().links.keys()].sort()).toEqual([
      "customer/1",
      "customer/2",
    ]);
    expect(world.writes()).toEqual(["create", "create"]);
    expect(world.remote.items.has("/contacts/fremd")).toBe(true);
  });

  it("asks for everything when its token is void", async () => {
    world.commit([anna()]);
    await world.settle();
    world.stream().remoteToken = "4711";
    world.stream().remoteDue = true;
    world.wantAll();
    const [report] = await world.settle();
    expect(report?.outcome).toBe("done");
    expect(world.stream().remoteToken).toBe("1");
    expect(world.remote.items.size).toBe(1);
  });

  it("writes no more at once than the server bears, and no less", async () => {
    world.remote.concurrency = 4;
    world.limits = { ...world.limits, sliceSize: 40 };
    world.commit(
      Array.from({ length: 40 }, (_, i) =>
        customer(String(i + 10), { lastName: `Schröder ${i}` }, 0),
      ),
    );
    world.remote.fault = () => {
      if (world.remote.writes.length >= 20) world.remote.concurrency = 1;
      return undefined;
    };
    await world.settle();
    expect(world.remote.underWay.most).toBe(4);
    expect(world.remote.items.size).toBe(40);
  });

  it("tells how long a change took that was captured as it happened, and no other", async () => {
    const told: [string, number][] = [];
    world.telemetry = {
      ...silentTelemetry,
      written: ({ action }, seconds) => void told.push([action, seconds]),
    };
    world.commit([anna()]);
    await world.clock.advance(86_400_000);
    await world.settle();
    expect(told).toEqual([]);
    world.commit([anna({ city: "Fürth" })]);
    await world.clock.advance(1_500);
    await world.settle();
    expect(told).toEqual([["update", 1.5]]);
  });

  it("forms slices of both streams in turn", async () => {
    world.limits = { ...world.limits, sliceSize: 2 };
    const many = Array.from({ length: 9 }, (_, i) =>
      customer(String(i + 10), { lastName: `Weiß ${i}` }, 0),
    );
    world.commit([...many, visit()]);
    await world.settle();
    const at = world.remote.writes.findIndex(({ at }) =>
      at.startsWith("/appointments/"),
    );
    expect(at).toBe(2);
    expect(world.remote.items.size).toBe(10);
  });
});
