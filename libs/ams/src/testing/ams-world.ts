import type { SyncOptions } from "@ams-sync/sync-core";
import { startPostgres } from "@ams-sync/testing";
import { Client } from "pg";
import { AmsDatabase } from "../ams-database.js";
import { migrateAms } from "../migrate-ams.js";

export const TENANT = "00000000-0000-4000-8000-00000000000a";
export const ACCOUNT = "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11";
export const CHANGED = "2026-10-25T00:30:00.123Z";

export const OPTIONS: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
  appointments: {},
};

/** A brokerage with agents 1 and 2; user 1 sees the customers of both, user 2 those of agent 2. */
export async function amsWorld() {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase("ams");
  await migrateAms(url);
  const owner = new Client({ connectionString: url });
  await owner.connect();
  await owner.query(
    "create role connector_login login password 'geheim' in role ams_sync_connector",
  );
  await owner.query(`
    insert into ams.tenant (tenant_id, name, agent_release) values ('${TENANT}', 'Maklerhaus Süd', true);
    insert into ams.user_account (tenant_id, user_id, login, active) values
      ('${TENANT}', 1, 'jschäfer', true), ('${TENANT}', 2, 'äweiß', true), ('${TENANT}', 3, 'weg', false);
    insert into ams.agent (tenant_id, agent_id, name) values ('${TENANT}', 1, 'Änne Groß'), ('${TENANT}', 2, 'Büro Weiß');
    insert into ams.agent_release values ('${TENANT}', 1, 1), ('${TENANT}', 1, 2), ('${TENANT}', 2, 2);
    insert into ams.company (tenant_id, company_id, name) values ('${TENANT}', 1, 'Löwenfels AG')`);
  const connect = (lockTimeoutMs?: number) =>
    AmsDatabase.connect({
      url: postgres.url("ams", "connector_login", "geheim"),
      applicationName: "spec",
      poolSize: 4,
      ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    });
  const ams = await connect();
  return {
    owner,
    ams,
    connect,
    url: postgres.url("ams", "connector_login", "geheim"),
    ownerUrl: url,
    end: async () => {
      await ams.close();
      await owner.end();
      await postgres.stop();
    },
  };
}

export type AmsWorld = Awaited<ReturnType<typeof amsWorld>>;
