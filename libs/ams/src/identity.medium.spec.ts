import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AmsDatabase } from "./ams-database.js";
import { migrateAms } from "./migrate-ams.js";

let postgres: Postgres;
let owner: Client;
const open: AmsDatabase[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  for (const name of ["ams", "sued"])
    await migrateAms(await postgres.createDatabase(name));
  owner = new Client({ connectionString: postgres.url("ams") });
  await owner.connect();
  await owner.query(
    "create role connector_login login password 'geheim' in role ams_sync_connector",
  );
});
afterAll(async () => {
  for (const database of open) await database.close();
  await owner?.end();
  await postgres?.stop();
});

const asConnector = async (name: string): Promise<AmsDatabase> => {
  const database = await AmsDatabase.connect({
    url: postgres.url(name, "connector_login", "geheim"),
    applicationName: "spec",
    poolSize: 1,
  });
  open.push(database);
  return database;
};

it("tells the connector which database it is, in the words of capture", async () => {
  const { rows } = await owner.query<{ id: string }>(
    "select system_identifier::text as id from pg_control_system()",
  );
  const [cluster] = rows;
  expect(cluster?.id).toMatch(/^\d{15,}$/);
  for (const name of ["ams", "sued"])
    expect(await (await asConnector(name)).identity()).toBe(
      `${cluster?.id}/${name}`,
    );
});

it("says so where the connector may not ask, until it is granted", async () => {
  const ams = await asConnector("ams");
  await owner.query(
    "revoke execute on function pg_control_system() from public",
  );
  expect(await ams.identity()).toBeUndefined();
  await owner.query(
    "grant execute on function pg_control_system() to ams_sync_connector",
  );
  expect(await ams.identity()).toMatch(/^\d+\/ams$/);
});
