import { spawn } from "node:child_process";
import { join } from "node:path";
import { Client } from "pg";
import type { Postgres } from "./postgres.js";

export interface DavicalUser {
  readonly name: string;
  readonly password: string;
}

/** Of the database, and what begins the names of DAViCal's own logins. */
const DATABASE = "davical";
const LOGINS = ["davical_dba", "davical_app"] as const;

/** How DAViCal's PHP reaches its database, in libpq's words. */
export const connectionOf = ({ host, port, password }: Postgres): string =>
  `host=${host} port=${port} dbname=${DATABASE} user=davical_app password=${password}`;

/**
 * Makes DAViCal's database with the script that Debian ships, and its users.
 * `folder`: where DAViCal is installed.
 */
export async function makeDatabase(
  postgres: Postgres,
  folder: string,
  users: readonly DavicalUser[],
): Promise<void> {
  const { password } = postgres;
  // Made before the script would make them without a password: it and the
  // programs that it calls know only one, PGPASSWORD.
  await inDatabase(postgres.adminUrl, async (client) => {
    for (const login of LOGINS)
      await client.query(`create role ${login} login password '${password}'`);
  });
  await createDatabase(postgres, join(folder, "dba", "create-database.sh"));
  await inDatabase(postgres.url(DATABASE), async (client) => {
    for (const { name, password: secret } of users)
      await client.query(
        `with usr as (
           insert into usr (username, password, fullname, email, active, email_ok)
           values ($1, $2, $1, '', true, now()) returning user_no)
         insert into principal (type_id, user_no, displayname, default_privileges)
         select 1, user_no, $1, 0::bit(24) from usr`,
        // Two asterisks: what follows is the password itself.
        [name, `**${secret}`],
      );
  });
}

async function inDatabase(
  url: string,
  work: (client: Client) => Promise<unknown>,
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(
  { host, port, password }: Postgres,
  script: string,
): Promise<void> {
  const child = spawn("/bin/sh", [script, DATABASE, password], {
    // Not below a folder that the programs would take settings from.
    cwd: "/",
    env: {
      PATH: process.env["PATH"],
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: "postgres",
      PGPASSWORD: password,
      LC_ALL: "C",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stderr.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0)
    throw new Error(
      `DAViCal's database could not be made:\n${output.replaceAll(password, "…").slice(-2_000)}`,
    );
}
