import { Client, type ClientBase, type ClientConfig } from "pg";
import type { Problem } from "../problem.js";
import { checkPublication } from "./publication.js";
import { checkTables } from "./tables.js";
import { SQL_STATE, sqlState } from "./sql-state.js";

export interface Preflight {
  /** system identifier of the cluster and the database's name, "7301…/ams". */
  readonly systemIdentifier: string;
  /** Empty: capture can work. Each says what to do. */
  readonly problems: readonly Problem[];
  /** Things that work and will hurt. */
  readonly warnings: readonly string[];
}

interface Settings {
  readonly wal_level: string;
  readonly wal_keep: string;
  readonly in_recovery: boolean;
  readonly database: string;
  readonly role: string;
  readonly system_identifier: string;
}

/** Looks at everything that capture needs of the ams database, and reports all of what is missing at once. */
export async function preflight(
  client: ClientBase,
  config: ClientConfig,
): Promise<Preflight> {
  const settings = await readSettings(client);
  const unfit = checkSettings(settings);
  const problems = [
    ...unfit,
    // A server that is not set up for it refuses every login.
    ...(unfit.length > 0
      ? []
      : await checkReplicationRight(config, settings.role)),
    ...(await checkPublication(client)),
    ...(await checkTables(client, settings.role)),
  ];
  return {
    systemIdentifier: identifierOf(settings),
    problems,
    warnings:
      settings.wal_keep === "-1"
        ? [
            "max_slot_wal_keep_size is unlimited: while capture is away, its WAL can fill the disk of ams. Set a limit: ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; SELECT pg_reload_conf();",
          ]
        : [],
  };
}

/** "7301…/ams" */
export async function readSystemIdentifier(
  client: ClientBase,
): Promise<string> {
  return identifierOf(await readSettings(client));
}

const identifierOf = (settings: Settings): string =>
  `${settings.system_identifier}/${settings.database}`;

async function readSettings(client: ClientBase): Promise<Settings> {
  const { rows } = await client.query<Settings>(
    `select current_setting('wal_level') as wal_level,
            current_setting('max_slot_wal_keep_size') as wal_keep,
            pg_is_in_recovery() as in_recovery,
            current_database()::text as database,
            current_user::text as role,
            (select system_identifier::text from pg_control_system()) as system_identifier`,
  );
  const settings = rows[0];
  if (settings === undefined) throw new Error("The server gave no settings.");
  return settings;
}

function checkSettings(settings: Settings): Problem[] {
  if (settings.in_recovery)
    return [
      {
        kind: "wal-level",
        sentence:
          "AMS_DATABASE_URL points to a standby server. Capture must read from the primary: change the address.",
      },
    ];
  if (settings.wal_level === "logical") return [];
  return [
    {
      kind: "wal-level",
      sentence: `wal_level of the ams server is "${settings.wal_level}" and must be "logical". As a superuser: ALTER SYSTEM SET wal_level = 'logical'; then restart the server.`,
    },
  ];
}

/** Tried and not looked up: managed servers give the right through roles of their own instead of the attribute. */
async function checkReplicationRight(
  config: ClientConfig,
  role: string,
): Promise<Problem[]> {
  const options: ClientConfig & { replication: "database" } = {
    ...config,
    replication: "database",
  };
  const client = new Client(options);
  client.on("error", () => undefined);
  try {
    await client.connect();
    return [];
  } catch (error) {
    if (sqlState(error) !== SQL_STATE.insufficientPrivilege) throw error;
    return [
      {
        kind: "replication-right",
        sentence: `The login "${role}" may not replicate. As a superuser: ALTER ROLE "${role}" REPLICATION;`,
      },
    ];
  } finally {
    await client.end();
  }
}
