import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { Databases } from "./databases.js";
import { postgresFolder, type Folders } from "./folders.js";
import type { Secrets } from "./secrets.js";
import type { StackOptions } from "./stack-options.js";

/** What was given, and an embedded PostgreSQL for the rest. */
export async function openDatabases(
  options: StackOptions,
  folders: Folders,
  secrets: Secrets,
  say: (line: string) => void,
): Promise<{ databases: Databases; postgres: Postgres | undefined }> {
  const given = amsDatabasesOf(options);
  const { databaseUrl: own } = options;
  const urls = [...given.values(), own];
  const postgres = urls.includes(undefined)
    ? await startOwn(options, folders, secrets, say)
    : undefined;
  const urlOf = (url: string | undefined, name: string): string =>
    url ?? postgres?.url(name) ?? "";
  const ams = [...given].map(
    ([name, url]) => [name, urlOf(url, name)] as const,
  );
  return {
    databases: { ams: new Map(ams), own: urlOf(own, "ams_sync") },
    postgres,
  };
}

function amsDatabasesOf(
  options: StackOptions,
): ReadonlyMap<string, string | undefined> {
  const { amsDatabases, amsDatabaseUrl, env = process.env } = options;
  if (amsDatabases !== undefined && amsDatabaseUrl !== undefined)
    throw new Error("Give either amsDatabases or amsDatabaseUrl.");
  const name = env["AMS_SOURCE"] || "ams";
  const given = Object.entries(amsDatabases ?? { [name]: amsDatabaseUrl });
  if (given.length === 0) throw new Error("The stack needs an ams database.");
  return new Map(given);
}

function startOwn(
  options: StackOptions,
  folders: Folders,
  secrets: Secrets,
  say: (line: string) => void,
): Promise<Postgres> {
  say("Starting PostgreSQL …");
  return startPostgres({
    home: postgresFolder(folders.data),
    password: secrets.postgresPassword,
    settings: options.postgresSettings ?? {},
    ...(options.postgresPort !== undefined && { port: options.postgresPort }),
  });
}

/** The database goes last, and its unexpected end is told, too. */
export function watchPostgres(
  postgres: Postgres,
  undo: (() => Promise<void>)[],
  onDeath: (text: string) => void,
): void {
  undo.push(() => postgres.stop());
  postgres.onDeath(() =>
    onDeath(`PostgreSQL ended unexpectedly. Its log: ${postgres.logFile}`),
  );
}
