import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { loadMasterKey, masterKeyOf, readConfig } from "@ams-sync/platform";
import { rotateConfig, shredConfig } from "./config.js";
import { openDatabase, type Database } from "./database.js";
import { rotate } from "./keys/rotate.js";
import { shred, storedLogins } from "./keys/shred.js";
import {
  confirmed,
  progressBar,
  runProgram,
  say,
  tenantOf,
  UsageError,
} from "./program.js";

const USAGE = `npm run keys -- FOLDER                makes the services' keys and the master key in a new folder
npm run keys -- master FILE           makes a master key that is to take over
npm run keys -- rotate [--data]       wraps every tenant's data key with it, and opens every login
npm run keys -- shred TENANT [--yes]  destroys a tenant's data key and its logins

rotate reads  MASTER_KEY_FILE         the master key until now
              MASTER_KEY_NEXT_FILE    the one that takes over; with --data it may be missing
                                      (or the keys themselves, MASTER_KEY and MASTER_KEY_NEXT)
              KEYS_DATABASE_URL       a login in ams_sync_keys
       --data also gives every tenant a new data key, and seals its logins anew
shred reads   SETTINGS_DATABASE_URL   a login in ams_sync_tenants

The order of steps stands in docs/hosters.md. No command prints a key or a password.
`;

const using = async <T>(
  url: string,
  work: (database: Database) => Promise<T>,
): Promise<T> => {
  const database = await openDatabase(url);
  try {
    return await work(database);
  } finally {
    await database.end();
  }
};

const makeMaster = async (file: string | undefined): Promise<number> => {
  if (file === undefined)
    throw new UsageError("Give the file that is to be made.");
  try {
    await writeFile(file, randomBytes(32).toString("base64"), {
      ...{ mode: 0o600, flag: "wx" },
    });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST"))
      throw error;
    say(`${file} is there already and stays as it is. Give another name.`);
    return 1;
  }
  const { id } = await loadMasterKey(file);
  say(
    `${file}: master key ${id}. Keep it safe: what it wraps opens with nothing else.`,
  );
  return 0;
};

const rotateKeys = async (
  flags: readonly string[],
  signal: AbortSignal,
): Promise<number> => {
  const data = flags.includes("--data");
  const config = readConfig(rotateConfig);
  const from = await masterKeyOf(config, "MASTER_KEY");
  // The configuration says that it is there.
  if (from === undefined) throw new TypeError("no master key");
  const next = await masterKeyOf(config, "MASTER_KEY_NEXT");
  if (next === undefined && !data)
    throw new UsageError("MASTER_KEY_NEXT_FILE is missing.");
  const to = next ?? from;
  const bar = progressBar("steps: each key wrapped, each login opened");
  const result = await using(config.KEYS_DATABASE_URL, (database) =>
    rotate({ database, from, to, data, onProgress: bar.update, signal }),
  ).finally(bar.stop);
  if (!result.ok) {
    say(result.message);
    return result.kind === "broken-off" ? 130 : 1;
  }
  const { tenants, changed, logins } = result;
  say(
    `Done: ${changed} of ${tenants} tenants' keys changed; all ${tenants} are under master key ${to.id}, and all ${logins} stored logins were opened with it.`,
  );
  if (from.id !== to.id)
    say(
      "Now name the new key's file to every replica of settings as MASTER_KEY_FILE, without MASTER_KEY_NEXT_FILE, and restart them. Backups from before need the old key.",
    );
  return 0;
};

const shredTenant = async ([name, ...flags]: readonly string[]) => {
  const tenantId = tenantOf(name);
  const { SETTINGS_DATABASE_URL: url } = readConfig(shredConfig);
  return using(url, async (database) => {
    const logins = await storedLogins(database, tenantId);
    say(
      `Tenant ${tenantId} has ${logins} stored logins. They will be gone for good: its accounts then wait until their users enter their passwords anew.`,
    );
    const sure = await confirmed(
      "Type the tenant's id to go on:",
      tenantId,
      flags.includes("--yes"),
    );
    if (!sure) {
      say("Nothing was changed.");
      return 1;
    }
    const result = await shred(database, tenantId);
    if (!result.ok) {
      say(result.message);
      return 1;
    }
    say(
      `Done: the data key of tenant ${tenantId} and its ${result.logins} logins are destroyed in this database. Backups from before still hold both under the master key of their time: rotate the master key and destroy the old one, and they open no more.`,
    );
    return 0;
  });
};

const only = (rest: readonly string[], ...known: readonly string[]): void => {
  const unknown = rest.find((word) => !known.includes(word));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is not known here.`);
};

await runProgram(USAGE, async ([command, ...rest], signal) => {
  if (command === "master") {
    only(rest.slice(1));
    return makeMaster(rest[0]);
  }
  if (command === "rotate") {
    only(rest, "--data");
    return rotateKeys(rest, signal);
  }
  if (command === "shred") {
    only(rest.slice(1), "--yes");
    return shredTenant(rest);
  }
  throw new UsageError("Say what is to be done.");
});
