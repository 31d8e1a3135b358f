import { SourceStatus } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunningCapture } from "../testing/running-capture.js";
import { errorsOf, World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 40, max_wal_senders: 40 },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "fehlt");
});
afterAll(() => server.stop());

/** Says what is wrong and how to mend it; does that; and capture goes on by itself. */
async function mendable(
  capture: RunningCapture,
  sentence: RegExp,
  mend: readonly string[],
): Promise<string> {
  await waitFor(() => capture.problems().some((one) => sentence.test(one)), {
    what: `the sentence ${sentence}, there is ${capture.problems().join()}`,
  });
  expect(capture.status.report.phase).toBe("blocked");
  expect(capture.status.ready).toBe(false);
  expect(errorsOf(capture).some((one) => sentence.test(one))).toBe(true);
  for (const statement of mend) {
    expect(capture.problems().join("\n")).toContain(statement);
    await world.ams.sql(statement);
  }
  await world.phase(capture, "streaming");
  return capture.status.report.phase;
}

describe("an ams that is not prepared", () => {
  afterEach(() => world.tidy());

  it("lacks the publication", async () => {
    await world.fresh();
    await world.ams.sql("drop publication ams_sync");
    const capture = world.start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    const [statement] =
      /CREATE PUBLICATION .*;/.exec(capture.problems()[0] ?? "") ?? [];
    expect(
      await mendable(capture, /publication ams_sync is missing/, [
        statement ?? "",
      ]),
    ).toBe("streaming");
    await world.ams.addCustomers(1);
    await waitFor(() => world.feed.live("CUSTOMER").length === 1, {
      what: "a row",
    });
  });

  it("publishes too few tables and operations", async () => {
    await world.fresh();
    await world.ams.sql(
      "alter publication ams_sync drop table ams.company, ams.tag",
    );
    await world.ams.sql(
      "alter publication ams_sync set (publish = 'insert,update')",
    );
    expect(
      await mendable(world.start(), /lacks 2 of the captured tables/, [
        "ALTER PUBLICATION ams_sync SET (publish = 'insert, update, delete, truncate');",
        "ALTER PUBLICATION ams_sync ADD TABLE ams.company (tenant_id, company_id), ams.tag (tenant_id, tag_id);",
      ]),
    ).toBe("streaming");
  });

  it("filters a table", async () => {
    await world.fresh();
    await world.ams.sql("alter publication ams_sync drop table ams.customer");
    await world.ams.sql(
      "alter publication ams_sync add table ams.customer where (customer_id > 5)",
    );
    expect(
      await mendable(world.start(), /row filter/, [
        "ALTER PUBLICATION ams_sync DROP TABLE ams.customer;",
        "ALTER PUBLICATION ams_sync ADD TABLE ams.customer (tenant_id, customer_id);",
      ]),
    ).toBe("streaming");
  });

  it("does not tell which row was deleted", async () => {
    await world.fresh();
    await world.ams.sql("alter table ams.customer replica identity nothing");
    expect(
      await mendable(world.start(), /would not tell which row/, [
        "ALTER TABLE ams.customer REPLICA IDENTITY DEFAULT;",
      ]),
    ).toBe("streaming");
  });

  it("gave the login no right to replicate", async () => {
    await world.fresh();
    await world.ams.sql(`alter role ${world.ams.captureLogin} noreplication`);
    expect(
      await mendable(world.start(), /may not replicate/, [
        `ALTER ROLE "${world.ams.captureLogin}" REPLICATION;`,
      ]),
    ).toBe("streaming");
  });

  it("shows the login no rows: nothing counts as deleted for that", async () => {
    await world.fresh();
    await world.ams.addCustomers(3);
    await world.ams.sql(
      `revoke ams_sync_capture from ${world.ams.captureLogin}`,
    );
    const capture = world.start();
    expect(
      await mendable(capture, /does not see all rows of ams\.customer/, [
        `GRANT ams_sync_capture TO "${world.ams.captureLogin}";`,
      ]),
    ).toBe("streaming");
    expect(world.feed.live("CUSTOMER")).toHaveLength(3);
  });

  it("lets the login read the tables and hides their rows", async () => {
    await world.fresh();
    await world.ams.addCustomers(3);
    await world.ams.sql("drop policy capture on ams.customer");
    const capture = world.start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()).toEqual([
      expect.stringMatching(/does not see all rows of ams\.customer\./),
    ]);
    expect(world.feed.source).toBeUndefined();
  });

  it("does not answer, and the password stays out of every line", async () => {
    await world.fresh();
    const { captureUrl } = world.ams;
    const capture = world.start({
      url: captureUrl.replace(/:[^:@]*@/, ":ein-falsches-Passwort@"),
    });
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()[0]).toMatch(
      /refuses the login: password authentication failed.*AMS_DATABASE_URL/,
    );
    expect(JSON.stringify(capture.lines)).not.toContain("falsches");
  });

  it("has no slot left", async () => {
    await world.fresh();
    const [row] = await world.ams.sql(
      "select 40 - count(*)::int as free from pg_replication_slots",
    );
    const free = Number(row?.["free"]);
    const fill = (work: string) =>
      world.ams.sql(`select ${work} from generate_series(1, ${free}) as n`);
    await fill(
      "pg_create_physical_replication_slot('filled_' || n::text, false)",
    );
    const capture = world.start();
    await waitFor(
      () => /no free replication slot/.test(capture.problems().join()),
      { what: "the sentence" },
    );
    expect(capture.problems().join()).toContain("max_replication_slots");
    await fill("pg_drop_replication_slot('filled_' || n::text)");
    await world.phase(capture, "streaming");
  });

  it("has another database's slot of the same name", async () => {
    await world.fresh();
    const other = world.ams;
    await other.sql(
      "select pg_create_logical_replication_slot('ams_sync_zwilling', 'pgoutput')",
    );
    await world.fresh();
    const capture = world.start({ source: "zwilling" });
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()).toEqual([
      expect.stringMatching(/another database of this server.*AMS_SOURCE/),
    ]);
    await other.sql("select pg_drop_replication_slot('ams_sync_zwilling')");
    await world.phase(capture, "streaming");
    await other.close();
  });

  it("is another one than state knows: refused with both names, nothing touched", async () => {
    await world.fresh();
    await world.feed.openSource({
      name: world.ams.source,
      systemIdentifier: "7301000000000000001/ams",
      writer: "",
    });
    const capture = world.start();
    await waitFor(() => capture.problems().length > 0, { what: "a problem" });
    expect(capture.problems()[0]).toMatch(
      /state refuses this ams database: .*7301000000000000001\/ams.*AMS_SOURCE/,
    );
    expect(world.feed.source?.status).toBe(SourceStatus.NEW);
    expect(await world.slotExists()).toBe(false);
  });
});

it("a server without logical WAL is told what to set", async () => {
  const plain = await startPostgres({ settings: { wal_level: "replica" } });
  const kit = { server: plain, migrate: migrateAms, waitFor };
  const other = new World(kit, "unvorbereitet");
  await other.fresh();
  const capture = other.start();
  await waitFor(() => capture.problems().length > 0, { what: "a problem" });
  expect(capture.problems()).toEqual([
    expect.stringMatching(
      /wal_level .* "replica" .*ALTER SYSTEM SET wal_level = 'logical'.*restart/,
    ),
  ]);
  expect(capture.status.ready).toBe(false);
  await other.tidy();
  await plain.stop();
});
