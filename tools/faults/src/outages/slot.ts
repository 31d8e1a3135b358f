import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CHECKOUT, type Stack } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import { execute, rows } from "./sql.js";

const SLOT = "ams_sync_ams";

/** What a slot may hold back at the site of these cases. */
export const SLOT_SETTINGS = {
  max_slot_wal_keep_size: "32MB",
  min_wal_size: "32MB",
} as const;

export const dropSlot = (stack: Stack): Promise<void> =>
  execute(stack.amsAdminUrl, `select pg_drop_replication_slot('${SLOT}')`);

/** So many bulk changes of other tables that the server gives the slot up. */
export async function outrunSlot(stack: Stack): Promise<void> {
  const url = stack.amsAdminUrl;
  await execute(url, "create table if not exists public.bulk (text text)");
  for (let turn = 0; turn < 6; turn += 1) {
    await execute(
      url,
      `insert into public.bulk select repeat(md5(n::text), 30) from generate_series(1, 16000) n`,
    );
    await execute(url, "select pg_switch_wal()");
  }
  await execute(url, "drop table public.bulk");
  await waitFor(
    async () => {
      await execute(url, "checkpoint");
      const [slot] = await rows<{ wal_status: string }>(
        url,
        `select wal_status from pg_replication_slots where slot_name = '${SLOT}'`,
      );
      return slot?.wal_status === "lost";
    },
    { what: "the slot to be lost", timeoutMs: 30_000, everyMs: 200 },
  );
}

/** Log lines of the service that were written after a moment, at `error` and above. */
export async function alarms(
  logFile: string,
  since: number,
): Promise<readonly string[]> {
  const lines = (await readFile(logFile, "utf8")).split("\n");
  return lines.flatMap((text) => {
    const line = /^\{.*\}$/.test(text)
      ? (JSON.parse(text) as { level: string; time: string; msg?: string })
      : undefined;
    return line?.level === "error" && Date.parse(line.time) >= since
      ? [line.msg ?? ""]
      : [];
  });
}

/** Waits for an alarm that matches; gives what the pattern's first group holds. */
export const alarm = (
  logFile: string,
  since: number,
  pattern: RegExp,
): Promise<string> =>
  waitFor(
    async () => {
      for (const line of await alarms(logFile, since)) {
        const found = pattern.exec(line);
        if (found) return found[1] ?? found[0];
      }
      return undefined;
    },
    { what: `an error of change-capture like ${pattern}`, timeoutMs: 60_000 },
  );

/** The operator's command, in the environment of the service. */
export async function accept(
  env: Readonly<Record<string, string>>,
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> {
  const child = spawn(
    process.execPath,
    [join(CHECKOUT, "apps", "change-capture", "dist", "accept.js"), ...words],
    { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => (text += part.toString("utf8")));
  const [code] = (await once(child, "close")) as [number];
  return { code, text };
}
