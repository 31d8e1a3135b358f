// One installation and one build at a time in a checkout.
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { home } from "./run.mjs";

const POLL_MS = 200;
const PATIENCE_MS = 15 * 60_000;

export const setupLock = join(home, ".data", "setup.lock");

/** Does the work while nobody else does such work under the same lock file. */
export async function withLock(say, work, file = setupLock) {
  await mkdir(dirname(file), { recursive: true });
  const begin = performance.now();
  for (let told = false; !(await take(file));) {
    const owner = await ownerOf(file);
    if (owner !== undefined && !alive(owner)) {
      await release(file, owner);
      continue;
    }
    if (!told && owner !== undefined) {
      say(`Another start is setting up here (process ${owner}); waiting …`);
      told = true;
    }
    if (performance.now() - begin > PATIENCE_MS)
      throw new Error(
        `Process ${owner} has been setting up for too long. End it, or remove ${file} and ${file}.break.`,
      );
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** A file that appears with its owner's id in it, or not at all. */
async function take(file) {
  const own = `${file}.${process.pid}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function ownerOf(file) {
  const text = await readFile(file, "utf8").catch(() => "");
  return text === "" ? undefined : Number(text);
}

/** Removes a dead owner's file; only one at a time may, or two would enter. */
async function release(file, owner) {
  if (!(await take(`${file}.break`))) return sleep(POLL_MS);
  if ((await ownerOf(file)) === owner) await rm(file, { force: true });
  await rm(`${file}.break`, { force: true });
}

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
