import { WAKE_UP_SYSTEMS } from "@ams-sync/contracts";
import { queueBackend, readConfig, type QueueConfig } from "@ams-sync/platform";
import { setTimeout as delay } from "node:timers/promises";
import { eraseConfig, tenantConfig } from "./config.js";
import { openDatabase } from "./database.js";
import {
  confirmed,
  progressBar,
  runProgram,
  say,
  tenantOf,
  UsageError,
} from "./program.js";
import { sumOf } from "./tenant/catalog.js";
import { erase, inventory, readmit } from "./tenant/erase.js";
import { exportTenant, type Databases } from "./tenant/export.js";
import { newFile } from "./tenant/file.js";

const USAGE = `npm run tenant -- export TENANT [--to FILE]   all that is held of a brokerage, as JSON lines; packed if FILE ends with .gz
npm run tenant -- erase TENANT [--yes]        erases all of it
npm run tenant -- readmit TENANT              lets a brokerage that was erased in again

They read  SETTINGS_DATABASE_URL  a login in ams_sync_tenants, on the database of settings
           STATE_DATABASE_URL     the same on the database of state
erase too  REDIS_URL or QUEUE_DATABASE_URL, as state has it

TENANT is a UUID. ams is never touched, and nothing at the other systems is. See docs/hosters.md.
`;

interface Urls {
  readonly SETTINGS_DATABASE_URL: string;
  readonly STATE_DATABASE_URL: string;
}

/** One connection, and so one moment, where both are the same database. */
const using = async <T>(
  { SETTINGS_DATABASE_URL: first, STATE_DATABASE_URL: second }: Urls,
  work: (databases: Databases) => Promise<T>,
): Promise<T> => {
  const settings = await openDatabase(first);
  try {
    const state = first === second ? settings : await openDatabase(second);
    try {
      return await work({ settings, state });
    } finally {
      if (state !== settings) await state.end();
    }
  } finally {
    await settings.end();
  }
};

const exportTo = async (
  tenantId: string,
  path: string,
  signal: AbortSignal,
): Promise<number> => {
  const urls = readConfig(tenantConfig);
  const file = await newFile(path);
  const bar = progressBar("rows");
  try {
    const result = await using(urls, (databases) =>
      exportTenant({
        ...{ databases, tenantId, signal, at: new Date() },
        write: file.write,
        onProgress: bar.update,
      }),
    ).finally(bar.stop);
    if (!result.ok) {
      await file.discard();
      say(result.message);
      return result.kind === "broken-off" ? 130 : 1;
    }
    await file.keep();
    say(
      `${path}: ${result.rows} rows, no passwords. It holds customers' data: keep it as such.`,
    );
    return 0;
  } catch (error) {
    await file.discard();
    throw error;
  }
};

/** Every system's queue. */
const forgetJobs = async (
  config: QueueConfig,
  tenantId: string,
): Promise<number> => {
  const backend = queueBackend(config);
  let struck = 0;
  for (const system of WAKE_UP_SYSTEMS) {
    const queue = backend.wakeUpQueue(system);
    try {
      struck += await queue.forget(tenantId);
    } finally {
      await queue.close();
    }
  }
  return struck;
};

const STAYS = `What stays, as this program must not or cannot touch it:
  - ams. As long as the brokerage's rows are there, what changes in them is dropped here. They go by ams's own way.
  - what was written at the users' servers.
  - backups of these databases, and logs, until they expire. After restoring one, erase again.
  - the tenant's id and the time, so that it is not fed again: "npm run tenant -- readmit" takes them back.
Take its users out of the sign-in, too.`;

const eraseTenant = async (
  tenantId: string,
  yes: boolean,
  signal: AbortSignal,
): Promise<number> => {
  const config = readConfig(eraseConfig);
  return using(config, async (databases) => {
    const { counts, marked } = await inventory(databases, tenantId);
    const rows = [...counts].filter(([, count]) => count > 0);
    say(
      `Of tenant ${tenantId} there are ${sumOf(counts)} rows${marked ? "; its erasure was begun before" : ""}.`,
    );
    for (const [name, count] of rows) say(`  ${name.padEnd(28)} ${count}`);
    if (rows.length > 0 || marked) {
      const sure = await confirmed(
        "All of it will be gone for good. Type the tenant's id to go on:",
        ...([tenantId, yes] as const),
      );
      if (!sure) {
        say("Nothing was changed.");
        return 1;
      }
    }
    const bar = progressBar("rows");
    const result = await erase({
      ...{ databases, tenantId, signal },
      say: (line) => {
        bar.stop();
        say(line);
      },
      onProgress: bar.update,
      forgetJobs: (tenant) => forgetJobs(config, tenant),
      sleep: async (ms) => {
        // Woken early by Ctrl-C, which the caller sees by itself.
        await delay(ms, undefined, { signal }).catch(() => undefined);
      },
    }).finally(bar.stop);
    if (!result.ok) {
      say(result.message);
      return result.kind === "broken-off" ? 130 : 1;
    }
    say(
      `Done: ${result.rows} rows and ${result.jobs} jobs of tenant ${tenantId} are erased; every table with tenants was counted, and none has a row of it.\n${STAYS}`,
    );
    return 0;
  });
};

const readmitTenant = async (tenantId: string): Promise<number> => {
  const was = await using(readConfig(tenantConfig), (databases) =>
    readmit(databases, tenantId),
  );
  say(
    was
      ? `Tenant ${tenantId} may be taken in again. Of its rows in ams only those come that change from now on: have change capture read ams anew for the others (docs/hosters.md).`
      : `Tenant ${tenantId} was not erased here.`,
  );
  return was ? 0 : 1;
};

const only = (rest: readonly string[], ...known: readonly string[]): void => {
  const unknown = rest.find((word) => !known.includes(word));
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is not known here.`);
};

await runProgram(USAGE, async ([command, name, ...rest], signal) => {
  if (command === "export") {
    const tenantId = tenantOf(name);
    const [flag, path = `ams-sync-${tenantId}.jsonl`, ...more] = rest;
    if ((flag !== undefined && flag !== "--to") || more.length > 0)
      throw new UsageError("Only --to FILE is known here.");
    if (flag !== undefined && rest.length < 2)
      throw new UsageError("Give the file after --to.");
    return exportTo(tenantId, path, signal);
  }
  if (command === "erase") {
    only(rest, "--yes");
    return eraseTenant(tenantOf(name), rest.includes("--yes"), signal);
  }
  if (command === "readmit") {
    only(rest);
    return readmitTenant(tenantOf(name));
  }
  throw new UsageError("Say what is to be done.");
});
