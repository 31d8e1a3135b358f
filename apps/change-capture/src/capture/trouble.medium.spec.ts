import { SourceStatus } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { carryOut } from "../operator/decisions.js";
import { amsFixture, type AmsFixture } from "../testing/ams-fixture.js";
import { RecordingFeed } from "../testing/recording-feed.js";
import {
  startCapture,
  type RunningCapture,
} from "../testing/running-capture.js";

let server: Postgres;
let ams: AmsFixture;
let feed: RecordingFeed;
const captures: RunningCapture[] = [];
let databases = 0;

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
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(captures.splice(0).map((one) => one.stop()));
  await ams.close();
});

async function fresh(): Promise<void> {
  databases += 1;
  ams = await amsFixture(server, migrateAms, `broken${databases}`);
  feed = new RecordingFeed();
}

function start(url = ams.captureUrl): RunningCapture {
  const capture = startCapture({ url, source: ams.source, feed });
  captures.push(capture);
  return capture;
}

const phase = (capture: RunningCapture, wanted: string) =>
  waitFor(() => capture.status.report.phase === wanted, {
    what: `phase ${wanted}, it is ${JSON.stringify(capture.status.report)}`,
  });
const errors = (capture: RunningCapture) =>
  capture.lines.filter(({ level }) => level === "error").map(({ msg }) => msg);

/** Says what is wrong and how to mend it; does that; and capture goes on by itself. */
async function mendable(
  capture: RunningCapture,
  sentence: RegExp,
  mend: readonly string[],
): Promise<void> {
  await waitFor(() => capture.problems().some((one) => sentence.test(one)), {
    what: `the sentence ${sentence}, there is ${capture.problems().join()}`,
  });
  expect(capture.status.report.phase).toBe("blocked");
  expect(capture.status.ready).toBe(false);
  expect(errors(capture).some((one) => sentence.test(one))).toBe(true);
  for (const statement of mend) {
    expect(capture.problems().join("\n")).toContain(statement);
    await ams.sql(statement);
  }
  await phase(capture, "streaming");
}

describe("an ams that is not prepared", () => {
  it("lacks the publication", async () => {
    await fresh();
    await ams.sql("drop publication ams_sync");
    const capture = start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    const [statement] =
      /CREATE PUBLICATION .*;/.exec(capture.problems()[0] ?? "") ?? [];
    await mendable(capture, /publication ams_sync is missing/, [
      statement ?? "",
    ]);
    await ams.addCustomers(1);
    await waitFor(() => feed.live("CUSTOMER").length === 1, { what: "a row" });
  });

  it("publishes too few tables and operations", async () => {
    await fresh();
    await ams.sql("alter publication ams_sync drop table ams.company, ams.tag");
    await ams.sql("alter publication ams_sync set (publish = 'insert,update')");
    await mendable(start(), /lacks 2 of the captured tables/, [
      "ALTER PUBLICATION ams_sync SET (publish = 'insert, update, delete, truncate');",
      "ALTER PUBLICATION ams_sync ADD TABLE ams.company (tenant_id, company_id), ams.tag (tenant_id, tag_id);",
    ]);
  });

  it("filters a table", async () => {
    await fresh();
    await ams.sql("alter publication ams_sync drop table ams.customer");
    await ams.sql(
      "alter publication ams_sync add table ams.customer where (customer_id > 5)",
    );
    await mendable(start(), /row filter/, [
      "ALTER PUBLICATION ams_sync DROP TABLE ams.customer;",
      "ALTER PUBLICATION ams_sync ADD TABLE ams.customer (tenant_id, customer_id);",
    ]);
  });

  it("does not tell which row was deleted", async () => {
    await fresh();
    await ams.sql("alter table ams.customer replica identity nothing");
    await mendable(start(), /would not tell which row/, [
      "ALTER TABLE ams.customer REPLICA IDENTITY DEFAULT;",
    ]);
  });

  it("gave the login no right to replicate", async () => {
    await fresh();
    await ams.sql(`alter role ${ams.captureLogin} noreplication`);
    await mendable(start(), /may not replicate/, [
      `ALTER ROLE "${ams.captureLogin}" REPLICATION;`,
    ]);
  });

  it("shows the login no rows: nothing counts as deleted for that", async () => {
    await fresh();
    await ams.addCustomers(3);
    await ams.sql(`revoke ams_sync_capture from ${ams.captureLogin}`);
    const capture = start();
    await mendable(capture, /does not see all rows of ams\.customer/, [
      `GRANT ams_sync_capture TO "${ams.captureLogin}";`,
    ]);
    expect(feed.live("CUSTOMER")).toHaveLength(3);
  });

  it("lets the login read the tables and hides their rows", async () => {
    await fresh();
    await ams.addCustomers(3);
    await ams.sql("drop policy capture on ams.customer");
    const capture = start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()).toEqual([
      expect.stringMatching(/does not see all rows of ams\.customer\./),
    ]);
    expect(feed.source).toBeUndefined();
  });

  it("does not answer, and the password stays out of every line", async () => {
    await fresh();
    const capture = start(
      ams.captureUrl.replace(/:[^:@]*@/, ":ein-falsches-Passwort@"),
    );
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()[0]).toMatch(
      /refuses the login: password authentication failed.*AMS_DATABASE_URL/,
    );
    expect(JSON.stringify(capture.lines)).not.toContain("falsches");
  });

  it("has no slot left", async () => {
    await fresh();
    const [row] = await ams.sql(
      "select 40 - count(*)::int as free from pg_replication_slots",
    );
    const free = Number(row?.["free"]);
    const fill = (work: string) =>
      ams.sql(`select ${work} from generate_series(1, ${free}) as n`);
    await fill(
      "pg_create_physical_replication_slot('filled_' || n::text, false)",
    );
    const capture = start();
    await waitFor(
      () => /no free replication slot/.test(capture.problems().join()),
      { what: "the sentence" },
    );
    await fill("pg_drop_replication_slot('filled_' || n::text)");
    await phase(capture, "streaming");
  });

  it("has another database's slot of the same name", async () => {
    await fresh();
    const other = ams;
    await other.sql(
      "select pg_create_logical_replication_slot('ams_sync_zwilling', 'pgoutput')",
    );
    databases += 1;
    ams = await amsFixture(server, migrateAms, `broken${databases}`);
    const capture = startCapture({
      ...{ url: ams.captureUrl, source: "zwilling", feed },
    });
    captures.push(capture);
    await waitFor(() => /AMS_SOURCE/.test(capture.problems().join()), {
      what: "the sentence",
    });
    await other.sql("select pg_drop_replication_slot('ams_sync_zwilling')");
    await phase(capture, "streaming");
    await other.close();
  });

  it("is another one than state knows: refused with both names, nothing touched", async () => {
    await fresh();
    await feed.openSource({
      name: ams.source,
      systemIdentifier: "7301000000000000001/ams",
    });
    const capture = start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()[0]).toMatch(
      /state refuses this ams database: .*7301000000000000001\/ams.*AMS_SOURCE/,
    );
    expect(feed.source?.status).toBe(SourceStatus.NEW);
    expect(
      await ams.sql(
        "select slot_name from pg_replication_slots where slot_name = $1",
        [ams.slot],
      ),
    ).toEqual([]);
  });
});

describe("a TRUNCATE", () => {
  it("stops capture, survives restarts, and is accepted by an operator only", async () => {
    await fresh();
    await ams.addCustomers(200);
    const first = start();
    await phase(first, "streaming");
    // Committed before: stored. In its own transaction: not.
    await ams.sql(
      "insert into ams.company (tenant_id, name) values ($1, 'Bär & Söhne')",
      [ams.tenantId],
    );
    await ams.sql(
      `begin; insert into ams.company (tenant_id, name) values ('${ams.tenantId}', 'Möwe');
       truncate ams.customer cascade; commit`,
    );
    await phase(first, "stopped");
    expect(feed.source).toMatchObject({
      status: SourceStatus.STOPPED,
      stopCode: "truncate",
    });
    expect(errors(first).join()).toMatch(
      /ams\.customer.*was emptied with TRUNCATE.*accept\.js truncate/,
    );
    expect(feed.live("CUSTOMER")).toHaveLength(200);
    expect(feed.live("COMPANY")).toHaveLength(1);
    await first.stop();

    const second = start();
    await phase(second, "stopped");
    expect(second.status.ready).toBe(false);
    expect(second.problems()[0]).toMatch(/accept\.js truncate/);
    await ams.addCustomers(5);

    const place = {
      feed,
      source: ams.source,
      systemIdentifier: feed.source?.systemIdentifier ?? "",
    };
    const answer = await carryOut({ decision: "truncate" }, place);
    expect(answer.done).toBe(true);
    await phase(second, "streaming");
    // The guard holds what is gone until somebody looks.
    await waitFor(() => /accept\.js absent 3/.test(errors(second).join()), {
      what: "the line about held records",
    });
    expect(feed.live("CUSTOMER")).toHaveLength(205);
    await carryOut({ decision: "absent", epoch: 3n }, place);
    expect(feed.live("CUSTOMER")).toHaveLength(5);
    expect(feed.live("COMPANY")).toHaveLength(2);
  });

  it("of a table that is not captured is nothing to us", async () => {
    await fresh();
    await phase(start(), "streaming");
    await ams.sql("create table ams.protokoll (n int primary key)");
    await ams.sql("truncate ams.protokoll");
    await ams.addCustomers(1);
    await waitFor(() => feed.live("CUSTOMER").length === 1, { what: "a row" });
  });
});

describe("a lost position", () => {
  const alerts = (capture: RunningCapture) =>
    capture.lines
      .filter(({ level, reason }) => level === "error" && reason !== undefined)
      .map(({ reason }) => reason);

  it("as the slot is missing: everything is read again, what is gone goes through the guard", async () => {
    await fresh();
    const ids = await ams.addCustomers(50);
    const first = start();
    await phase(first, "streaming");
    await first.stop();
    await ams.sql("select pg_drop_replication_slot($1)", [ams.slot]);
    await ams.sql("delete from ams.customer where customer_id = $1", [ids[0]]);
    await ams.addCustomers(2);
    const second = start();
    await phase(second, "streaming");
    expect(alerts(second)).toEqual(["slot-missing"]);
    expect(feed.source?.epoch).toBe(2n);
    expect(feed.live("CUSTOMER")).toHaveLength(51);
    expect(feed.row("CUSTOMER", ids[0] ?? "")?.deleted).toBe(true);
  });

  it("as somebody drops the slot while we stream", async () => {
    await fresh();
    const capture = start();
    await phase(capture, "streaming");
    await ams.sql(
      "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1",
      [ams.slot],
    );
    await waitFor(
      () =>
        ams
          .sql("select pg_drop_replication_slot($1)", [ams.slot])
          .then(() => true)
          .catch(() => false),
      { what: "the slot to be free", everyMs: 1 },
    );
    await ams.addCustomers(3);
    await waitFor(() => feed.live("CUSTOMER").length === 3, { what: "rows" });
    expect(feed.source?.epoch).toBe(2n);
    expect(alerts(capture)).toEqual(["slot-missing"]);
  });

  it("as ams gave the slot up because capture was away for too long", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    await first.stop();
    await ams.addCustomers(1);
    for (let i = 0; i < 6; i += 1) {
      await ams.sql(
        "create table flut as select repeat('ß', 500) from generate_series(1, 15000)",
      );
      await ams.sql("drop table flut");
      await ams.sql("select pg_switch_wal()");
    }
    await ams.sql("checkpoint");
    const [row] = await ams.sql(
      "select wal_status from pg_replication_slots where slot_name = $1",
      [ams.slot],
    );
    expect(row?.["wal_status"]).toBe("lost");
    const second = start();
    await phase(second, "streaming");
    expect(alerts(second)).toEqual(["slot-lost"]);
    expect(errors(second).join()).toContain("max_slot_wal_keep_size");
    expect(feed.live("CUSTOMER")).toHaveLength(1);
  });

  it("as state was restored from a backup", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    const backup = feed.source;
    await ams.addCustomers(4);
    await waitFor(() => feed.live("CUSTOMER").length === 4, { what: "rows" });
    await first.stop();
    feed.source = backup;
    feed.rows.clear();
    const second = start();
    await phase(second, "streaming");
    expect(alerts(second)).toEqual(["state-behind"]);
    expect(feed.live("CUSTOMER")).toHaveLength(4);
  });

  it("as a table left the publication for a while, even over a restart", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    await ams.sql("alter publication ams_sync drop table ams.customer");
    await phase(first, "blocked");
    await waitFor(() => feed.source?.status === SourceStatus.SNAPSHOT, {
      what: "the gap to be remembered",
    });
    await first.stop();
    await ams.addCustomers(2);
    await ams.sql(
      "alter publication ams_sync add table ams.customer (tenant_id, customer_id)",
    );
    await phase(start(), "streaming");
    expect(feed.live("CUSTOMER")).toHaveLength(2);
  });
});

it("a server without logical WAL is told what to set", async () => {
  await fresh();
  const plain = await startPostgres({ settings: { wal_level: "replica" } });
  const spare = ams;
  try {
    ams = await amsFixture(plain, migrateAms, "unvorbereitet");
    const capture = start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()).toEqual([
      expect.stringMatching(
        /wal_level .* "replica" .*ALTER SYSTEM SET wal_level = 'logical'.*restart/,
      ),
    ]);
    expect(capture.status.ready).toBe(false);
    await capture.stop();
    await ams.close();
  } finally {
    ams = spare;
    await plain.stop();
  }
});
