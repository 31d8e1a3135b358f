import { SourceStatus } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { carryOut } from "../operator/decisions.js";
import type { RunningCapture } from "../testing/running-capture.js";
import { errorsOf, World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: {
      max_replication_slots: 40,
      max_wal_senders: 40,
      // Small, so that a test can write more than a slot may keep.
      max_slot_wal_keep_size: "16MB",
      min_wal_size: "32MB",
      max_wal_size: "48MB",
    },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "verloren");
});
afterAll(() => server.stop());
afterEach(() => world.tidy());

describe("a TRUNCATE", () => {
  it("stops capture, survives restarts, and is accepted by an operator only", async () => {
    await world.fresh();
    await world.ams.addCustomers(200);
    const first = world.start();
    await world.phase(first, "streaming");
    // Committed before: stored. In its own transaction: not.
    await world.ams.sql(
      "insert into ams.company (tenant_id, name) values ($1, 'Bär & Söhne')",
      [world.ams.tenantId],
    );
    await world.ams.sql(
      `begin; insert into ams.company (tenant_id, name) values ('${world.ams.tenantId}', 'Möwe');
       truncate ams.customer cascade; commit`,
    );
    await world.phase(first, "stopped");
    expect(world.feed.source).toMatchObject({
      status: SourceStatus.STOPPED,
      stopCode: "truncate",
    });
    expect(errorsOf(first).join()).toMatch(
      /ams\.customer.*was emptied with TRUNCATE.*accept\.js truncate/,
    );
    expect(world.feed.live("CUSTOMER")).toHaveLength(200);
    expect(world.feed.live("COMPANY")).toHaveLength(1);
    await first.stop();

    const second = world.start();
    await world.phase(second, "stopped");
    expect(second.status.ready).toBe(false);
    // What follows is a full reading: ams need not keep its WAL until then.
    expect(await world.slotExists()).toBe(false);
    expect(second.problems()[0]).toMatch(/accept\.js truncate/);
    await world.ams.addCustomers(5);

    const place = {
      feed: world.feed,
      source: world.ams.source,
      systemIdentifier: world.feed.source?.systemIdentifier ?? "",
    };
    const answer = await carryOut({ decision: "truncate" }, place);
    expect(answer.done).toBe(true);
    await world.phase(second, "streaming");
    // The guard holds what is gone until somebody looks.
    await waitFor(() => /accept\.js absent 3/.test(errorsOf(second).join()), {
      what: "the line about held records",
    });
    expect(world.feed.live("CUSTOMER")).toHaveLength(205);
    await carryOut({ decision: "absent", epoch: 3n }, place);
    expect(world.feed.live("CUSTOMER")).toHaveLength(5);
    expect(world.feed.live("COMPANY")).toHaveLength(2);
  });

  it("of a table that is not captured is nothing to us", async () => {
    await world.fresh();
    await world.phase(world.start(), "streaming");
    await world.ams.sql("create table ams.protokoll (n int primary key)");
    await world.ams.sql("truncate ams.protokoll");
    await world.ams.addCustomers(1);
    await waitFor(() => world.feed.live("CUSTOMER").length === 1, {
      what: "a row",
    });
    expect(world.feed.source?.status).toBe(SourceStatus.STREAMING);
  });
});

describe("a lost position", () => {
  const alerts = (capture: RunningCapture) =>
    capture.lines
      .filter(({ level, reason }) => level === "error" && reason !== undefined)
      .map(({ reason }) => reason);

  it("as the slot is missing: everything is read again, what is gone goes through the guard", async () => {
    await world.fresh();
    const ids = await world.ams.addCustomers(50);
    const first = world.start();
    await world.phase(first, "streaming");
    await first.stop();
    await world.ams.sql("select pg_drop_replication_slot($1)", [
      world.ams.slot,
    ]);
    await world.ams.sql("delete from ams.customer where customer_id = $1", [
      ids[0],
    ]);
    await world.ams.addCustomers(2);
    const second = world.start();
    await world.phase(second, "streaming");
    expect(alerts(second)).toEqual(["slot-missing"]);
    expect(world.feed.source?.epoch).toBe(2n);
    expect(world.feed.live("CUSTOMER")).toHaveLength(51);
    expect(world.feed.row("CUSTOMER", ids[0] ?? "")?.deleted).toBe(true);
  });

  it("as somebody drops the slot while we stream", async () => {
    await world.fresh();
    const capture = world.start();
    await world.phase(capture, "streaming");
    await world.ams.sql(
      "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1",
      [world.ams.slot],
    );
    await waitFor(
      () =>
        world.ams
          .sql("select pg_drop_replication_slot($1)", [world.ams.slot])
          .then(() => true)
          .catch(() => false),
      { what: "the slot to be free", everyMs: 1 },
    );
    await world.ams.addCustomers(3);
    await waitFor(() => world.feed.live("CUSTOMER").length === 3, {
      what: "rows",
    });
    expect(world.feed.source?.epoch).toBe(2n);
    expect(alerts(capture)).toEqual(["slot-missing"]);
  });

  it("as ams gave the slot up because capture was away for too long", async () => {
    await world.fresh();
    const first = world.start();
    await world.phase(first, "streaming");
    await first.stop();
    await world.ams.addCustomers(1);
    for (let i = 0; i < 6; i += 1) {
      await world.ams.sql(
        "create table flut as select repeat('ß', 500) from generate_series(1, 15000)",
      );
      await world.ams.sql("drop table flut");
      await world.ams.sql("select pg_switch_wal()");
    }
    await world.ams.sql("checkpoint");
    const [row] = await world.ams.sql(
      "select wal_status from pg_replication_slots where slot_name = $1",
      [world.ams.slot],
    );
    expect(row?.["wal_status"]).toBe("lost");
    const second = world.start();
    await world.phase(second, "streaming");
    expect(alerts(second)).toEqual(["slot-lost"]);
    expect(errorsOf(second).join()).toContain("max_slot_wal_keep_size");
    expect(world.feed.live("CUSTOMER")).toHaveLength(1);
  });

  it("as state was restored from a backup", async () => {
    await world.fresh();
    const first = world.start();
    await world.phase(first, "streaming");
    const backup = world.feed.source;
    await world.ams.addCustomers(4);
    await waitFor(() => world.feed.live("CUSTOMER").length === 4, {
      what: "rows",
    });
    await first.stop();
    world.feed.source = backup;
    world.feed.rows.clear();
    const second = world.start();
    await world.phase(second, "streaming");
    expect(alerts(second)).toEqual(["state-behind"]);
    expect(world.feed.live("CUSTOMER")).toHaveLength(4);
  });

  it("as a table left the publication for a while, even over a restart", async () => {
    await world.fresh();
    const first = world.start();
    await world.phase(first, "streaming");
    await world.ams.sql("alter publication ams_sync drop table ams.customer");
    await world.phase(first, "blocked");
    await waitFor(() => world.feed.source?.status === SourceStatus.SNAPSHOT, {
      what: "the gap to be remembered",
    });
    await first.stop();
    await world.ams.addCustomers(2);
    await world.ams.sql(
      "alter publication ams_sync add table ams.customer (tenant_id, customer_id)",
    );
    await world.phase(world.start(), "streaming");
    expect(world.feed.live("CUSTOMER")).toHaveLength(2);
  });
});
