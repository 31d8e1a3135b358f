import { spawn } from "node:child_process";
import { chown, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./home.js";
import type { PostgresBinaries } from "./postgres-binaries.js";

/** The superuser of every cluster made here. */
export const ADMIN = "postgres";

/** Makes an empty cluster (initdb) whose superuser has that password. */
export async function initialiseCluster(
  binaries: PostgresBinaries,
  home: Home,
  data: string,
  password: string,
): Promise<void> {
  const passwordFile = join(home.dir, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (binaries.runAs !== undefined)
    await chown(passwordFile, binaries.runAs.uid, binaries.runAs.gid);
  const args = [
    `--pgdata=${data}`,
    `--username=${ADMIN}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The builtin provider sorts and folds case alike on every platform.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    ...(home.temporary ? ["--no-sync"] : []),
  ];
  try {
    await run(binaries.initdb, args, { cwd: home.dir, ...binaries.runAs });
  } catch (error) {
    // Half a cluster would be taken for a whole one at the next start.
    await rm(data, { recursive: true, force: true });
    await home.discard();
    throw error;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function run(
  command: string,
  args: string[],
  options: { cwd: string; uid?: number; gid?: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      env: { PATH: process.env["PATH"], LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${code}:\n${output}`));
    });
  });
}
