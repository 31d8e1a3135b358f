import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startGuarded } from "@ams-sync/testing";
import type { Databases } from "./databases.js";
import { CHECKOUT, type Folders } from "./folders.js";
import { lastWords } from "./log-text.js";

/** Each brings its own schema up to date, as the owner of the database. */
const migrationsOf = ({ ams, own }: Databases) => [
  ...[...ams.values()].map((url) => ({ room: "libs/ams", url })),
  { room: "apps/state", url: own },
  { room: "apps/settings", url: own },
];

/** Runs all migrations; throws with the last words of one that failed. */
export async function migrate(
  databases: Databases,
  env: Readonly<Record<string, string>>,
  folders: Folders,
  signal: AbortSignal,
): Promise<void> {
  const logFile = join(folders.logs, "migrations.log");
  for (const { room, url } of migrationsOf(databases)) {
    const program = join(CHECKOUT, room, "dist", "migrate.js");
    if (!existsSync(program))
      throw new Error(`${room} is not built (${program}). Run npm run build.`);
    const migration = await startGuarded({
      command: process.execPath,
      args: [program],
      cwd: join(CHECKOUT, room),
      env: { ...env, MIGRATE_DATABASE_URL: url },
      logFile,
    });
    const end = () => void migration.stop();
    signal.addEventListener("abort", end);
    const { code } = await migration.exited;
    signal.removeEventListener("abort", end);
    signal.throwIfAborted();
    if (code !== 0)
      throw new Error(
        `The migrations of ${room} failed:\n${lastWords(await readFile(logFile, "utf8"))}`,
      );
  }
}
