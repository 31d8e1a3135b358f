import { createHash } from "node:crypto";
import { chmod, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reachableForPostgres } from "@ams-sync/testing";

/** The checkout: three folders up from both `src` and `dist`. */
export const CHECKOUT = dirname(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
);

/** Where a stack keeps what must outlive it, and what tells about it. */
export interface Folders {
  readonly data: string;
  readonly logs: string;
  /** Keys; for this user only. */
  readonly secrets: string;
}

export async function makeFolders(data: string): Promise<Folders> {
  const folders = {
    data,
    logs: join(data, "logs"),
    secrets: join(data, "secrets"),
  };
  await mkdir(data, { recursive: true });
  // PostgreSQL's user must get through, but see nothing: a new folder may be
  // one for this user only, as temporary ones are.
  if ((await readdir(data)).length === 0) await chmod(data, 0o711);
  await mkdir(folders.logs, { recursive: true, mode: 0o700 });
  await mkdir(folders.secrets, { recursive: true, mode: 0o700 });
  return folders;
}

/**
 * The embedded database's folder: in `data`, but for root in a closed home, where
 * PostgreSQL's unprivileged user cannot go.
 */
export function postgresFolder(data: string): string {
  if (reachableForPostgres(data)) return join(data, "postgres");
  const name = createHash("sha256").update(data).digest("hex").slice(0, 12);
  return join("/var/lib/ams-sync", name, "postgres");
}
