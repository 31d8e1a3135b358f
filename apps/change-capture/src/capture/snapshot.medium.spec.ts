import { SourceStatus } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { keepWriting } from "../testing/ams-fixture.js";
import { World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 40, max_wal_senders: 40 },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "lesen");
});
afterAll(() => server.stop());
afterEach(() => world.tidy());

const customers = async () =>
  (await world.ams.sql("select customer_id::text as id from ams.customer")).map(
    (row) => String(row["id"]),
  );

describe("the first reading", () => {
  it("loses and doubles nothing while ams goes on writing", async () => {
    await world.fresh();
    await world.ams.addCustomers(6_000);
    const stopWriting = await keepWriting(world.ams);
    // Slow enough that much is written between the snapshot and its end.
    world.feed.slowness = 30;
    const capture = world.start({ tuning: { batchRows: 500 } });
    await world.phase(capture, "streaming");
    world.feed.slowness = 0;
    expect(await stopWriting()).toBeGreaterThan(20);
    await world.caughtUp();
    expect(world.feed.live("CUSTOMER").sort()).toEqual(
      (await customers()).sort(),
    );
    expect(world.feed.source).toMatchObject({
      epoch: 1n,
      status: SourceStatus.STREAMING,
    });
    // Every row was written once: read or streamed, never both.
    const arrived = world.feed.appends.flatMap(({ changes }) =>
      changes.filter(({ deleted }) => !deleted).map((one) => one.recordId),
    );
    expect(arrived).toHaveLength(new Set(arrived).size);
    const streamed = world.feed.appends.filter(({ lsn }) => lsn !== 0n);
    expect(streamed.length).toBeGreaterThan(0);
  });

  it("starts over under a new epoch after an end in its midst", async () => {
    await world.fresh();
    await world.ams.addCustomers(3_000);
    world.feed.slowness = 20;
    const first = world.start({ tuning: { batchRows: 100 } });
    await waitFor(() => world.feed.appends.length > 5, {
      what: "a few chunks",
    });
    await first.stop();
    expect(world.feed.source?.status).toBe(SourceStatus.SNAPSHOT);
    world.feed.slowness = 0;
    // Was read by the first one already, and is gone for the second.
    await world.ams.sql("delete from ams.customer where customer_id <= 5");
    await world.phase(world.start(), "streaming");
    await world.caughtUp();
    expect(world.feed.source?.epoch).toBe(2n);
    expect(world.feed.live("CUSTOMER")).toHaveLength(2_995);
    expect(world.feed.row("CUSTOMER", 3)?.deleted).toBe(true);
  });

  it("reads all four kinds", async () => {
    await world.fresh();
    const [customer] = await world.ams.addCustomers(1);
    await world.ams.sql(
      "insert into ams.company (tenant_id, name) values ($1, 'Gothær')",
      [world.ams.tenantId],
    );
    await world.ams.sql(
      "insert into ams.agent (tenant_id, name) values ($1, 'Jäger')",
      [world.ams.tenantId],
    );
    await world.ams.sql(
      "insert into ams.appointment (tenant_id, user_id, customer_id) values ($1, 1, $2)",
      [world.ams.tenantId, customer],
    );
    await world.phase(world.start(), "streaming");
    for (const kind of ["CUSTOMER", "COMPANY", "AGENT", "APPOINTMENT"])
      expect(world.feed.live(kind), kind).toHaveLength(1);
    const time = world.feed
      .row("CUSTOMER", customer ?? "")
      ?.committedAt?.getTime();
    expect(Math.abs(Date.now() - (time ?? 0))).toBeLessThan(60_000);
  });
});
