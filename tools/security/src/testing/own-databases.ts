import { migrateAms } from "@ams-sync/ams";
import { migrateQueues, runMigrations } from "@ams-sync/platform";
import { migrations } from "@ams-sync/settings/migrations";
import { MIGRATIONS } from "@ams-sync/state/migrations";
import { startPostgres } from "@ams-sync/testing";
import pg from "pg";

const PASSWORD = "nur-für-Tests";

/** Every role that a service, or a hoster's command, logs in with a member of; by the database that it is for. */
export const ROLES = {
  own: [
    "ams_sync_settings",
    "ams_sync_state",
    "ams_sync_schedule",
    "ams_sync_queue",
    "ams_sync_tenants",
    "ams_sync_keys",
  ],
  ams: ["ams_sync_connector", "ams_sync_capture", "ams_sync_console"],
} as const;
export type DatabaseName = keyof typeof ROLES;

export interface OwnDatabases {
  superuser(database: DatabaseName): pg.Client;
  /** A login of the role, as services have them. */
  login(database: DatabaseName, role: string): Promise<pg.Client>;
  stop(): Promise<void>;
}

/** Both databases as a hoster's migrations make them, by owners that are no superusers. */
export async function ownDatabases(): Promise<OwnDatabases> {
  const postgres = await startPostgres();
  const open: pg.Client[] = [];
  const connect = async (url: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    open.push(client);
    return client;
  };
  const superusers = {} as Record<DatabaseName, pg.Client>;
  for (const database of ["own", "ams"] as const) {
    const superuser = await connect(await postgres.createDatabase(database));
    superusers[database] = superuser;
    await superuser.query(
      `create role ${database}_owner createrole login password '${PASSWORD}'; alter database ${database} owner to ${database}_owner`,
    );
  }
  const owner = (database: DatabaseName) =>
    postgres.url(database, `${database}_owner`, PASSWORD);
  for (const [schema, all] of [
    ["state", MIGRATIONS],
    ["settings", migrations],
  ] as const)
    await runMigrations({
      ...{ url: owner("own"), schema, migrations: all },
      log: { info: () => undefined },
    });
  await migrateQueues(owner("own"));
  await migrateAms(owner("ams"));
  for (const role of Object.values(ROLES).flat())
    await superusers.own.query(
      `create role ${role}_login login password '${PASSWORD}' in role ${role}`,
    );
  return {
    superuser: (database) => superusers[database],
    login: (database, role) =>
      connect(postgres.url(database, `${role}_login`, PASSWORD)),
    stop: async () => {
      for (const client of open) await client.end();
      await postgres.stop();
    },
  };
}
