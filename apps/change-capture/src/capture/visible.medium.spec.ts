import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 10, max_wal_senders: 10 },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "sicht");
});
afterAll(() => server.stop());
afterEach(() => world.tidy());

/** With a synchronous standby that does not exist commits are in the WAL and seen by nobody. */
const standby = async (name: string): Promise<void> => {
  await world.ams.sql(`alter system set synchronous_standby_names = '${name}'`);
  await world.ams.sql("select pg_reload_conf()");
};

it("a customer that is deleted with its tags is told as deleted, however long the commit takes to be seen", async () => {
  await world.fresh();
  const { tenantId } = world.ams;
  const [customer] = await world.ams.addCustomers(1);
  await world.ams.sql(
    "insert into ams.tag (tenant_id, tag_id, label) values ($1, 3, 'Geburtstagsgruß')",
    [tenantId],
  );
  await world.ams.sql(
    "insert into ams.customer_tag (tenant_id, customer_id, tag_id) values ($1, $2, 3)",
    [tenantId, customer],
  );
  const capture = world.start();
  await world.phase(capture, "streaming");
  await world.caughtUp();
  const before = world.feed.appends.length;

  await standby("niemand");
  const other = new Client({ connectionString: world.ams.adminUrl });
  await other.connect();
  const deleted = other.query(
    "delete from ams.customer where tenant_id = $1 and customer_id = $2",
    [tenantId, customer],
  );
  await waitFor(
    async () => {
      const rows = await world.ams.sql(
        "select pid from pg_stat_activity where wait_event = 'SyncRep'",
      );
      return rows.length > 0;
    },
    { what: "the commit to wait for its standby" },
  );
  // Long enough for the stream to bring it.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(world.feed.appends.length).toBe(before);

  await standby("");
  await deleted;
  await other.end();
  await world.caughtUp();
  const told = world.feed.appends
    .slice(before)
    .flatMap(({ changes }) => changes)
    .map(({ recordId, deleted: gone }) => `${gone ? "-" : "+"}${recordId}`);
  expect(told).toEqual([`-${customer}`]);
});
