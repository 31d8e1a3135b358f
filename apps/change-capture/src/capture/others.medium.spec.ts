import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ReplicationStream } from "../stream/replication-stream.js";
import { connected } from "../testing/ams-fixture.js";
import { World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 40, max_wal_senders: 40 },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "andere");
});
afterAll(() => server.stop());
afterEach(() => world.tidy());

describe("others", () => {
  it("another writer of the source is followed, not fought", async () => {
    await world.fresh();
    const capture = world.start();
    await world.phase(capture, "streaming");
    await world.caughtUp();
    const source = world.feed.source;
    if (source === undefined) throw new Error("no source");
    // As if another replica had stored a commit that we are about to send.
    world.feed.source = { ...source, lastLsn: await world.end() };
    await world.ams.addCustomers(3);
    await world.caughtUp();
    expect(world.feed.live("CUSTOMER")).toHaveLength(3);
    expect(world.feed.source.epoch).toBe(1n);
  });

  it.each([
    [
      "a tenant of another ams database",
      Status.ALREADY_EXISTS,
      /drop the slot/,
    ],
    ["being overtaken again and again", Status.ABORTED, /same AMS_SOURCE/],
    [
      "a status that nobody expects, again and again",
      Status.FAILED_PRECONDITION,
      /state says: away/,
    ],
  ])("%s blocks, with less and less attempts", async (_, code, hint) => {
    await world.fresh();
    const capture = world.start();
    await world.phase(capture, "streaming");
    await world.caughtUp();
    let attempts = 0;
    world.feed.faultCode = code;
    world.feed.fault = (method) => {
      if (method !== "appendChanges") return undefined;
      attempts += 1;
      return "before";
    };
    await world.ams.addCustomers(3);
    await world.phase(capture, "blocked");
    expect(capture.status.ready).toBe(false);
    expect(capture.problems().join()).toMatch(hint);
    const before = attempts;
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    // 50, 100, 200, 400, 800 ms; at 200 ms each it would be eight, at 50 thirty.
    expect(attempts - before).toBeGreaterThan(0);
    expect(attempts - before).toBeLessThan(7);
    expect(capture.status.ready).toBe(false);
    world.feed.fault = () => undefined;
    await world.until("it to be ready", () => capture.status.ready);
    expect(world.feed.live("CUSTOMER")).toHaveLength(3);
    expect(capture.problems()).toEqual([]);
  });

  it("a second replica stands by, is ready, and takes over", async () => {
    await world.fresh();
    const first = world.start();
    await world.phase(first, "streaming");
    const second = world.start();
    await world.phase(second, "standby");
    expect(second.status.ready).toBe(true);
    await first.stop();
    await world.phase(second, "streaming");
    await world.ams.addCustomers(1);
    await world.caughtUp();
    expect(world.feed.live("CUSTOMER")).toHaveLength(1);
    expect(world.feed.source?.epoch).toBe(1n);
  });

  it("a replica stands by too while a stranger reads the slot", async () => {
    await world.fresh();
    const first = world.start();
    await world.phase(first, "streaming");
    await first.stop();
    const stranger = await ReplicationStream.open({
      client: { connectionString: world.ams.adminUrl },
      slot: world.ams.slot,
      from: world.feed.source?.lastLsn ?? 0n,
      signal: new AbortController().signal,
    });
    const capture = world.start();
    await world.phase(capture, "standby");
    expect(world.feed.source?.epoch).toBe(1n);
    await stranger.close();
    await world.phase(capture, "streaming");
  });

  it("the ams server may restart; its stop does not wait for us", async () => {
    await world.fresh();
    const capture = world.start();
    await world.phase(capture, "streaming");
    await world.ams.addCustomers(2);
    await world.ams.close();
    const begin = performance.now();
    await server.restart();
    expect(performance.now() - begin).toBeLessThan(8_000);
    const admin = await connected(world.ams.adminUrl);
    await admin.query(
      "insert into ams.customer (tenant_id, kind) values ($1, 'private')",
      [world.ams.tenantId],
    );
    await waitFor(() => world.feed.live("CUSTOMER").length === 3, {
      what: "capture to come back",
    });
    await admin.end();
    expect(world.feed.source?.epoch).toBe(1n);
  });
});

it("a service that waits for a long transaction can be stopped", async () => {
  await world.fresh();
  const long = await connected(world.ams.adminUrl);
  await long.query("begin");
  await long.query("create table ams.lang (n int)");
  const capture = world.start();
  await world.phase(capture, "snapshot");
  await waitFor(() => world.slotExists(), { what: "the slot in the making" });
  const begin = performance.now();
  await capture.stop();
  expect(performance.now() - begin).toBeLessThan(2_000);
  // The server goes on with the slot; the next one waits, then begins anew.
  const next = world.start();
  await world.phase(next, "standby");
  await long.query("rollback");
  await long.end();
  await world.phase(next, "streaming");
  expect(world.feed.source?.epoch).toBe(2n);
});
