import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder that a server keeps its files in. */
export interface Home {
  readonly dir: string;
  readonly temporary: boolean;
  /** Removes a temporary folder; a given one stays. */
  discard(): Promise<void>;
}

/** The given folder, made if missing, or a temporary one. */
export async function homeFor(
  name: string,
  given: string | undefined,
  base = tmpdir(),
): Promise<Home> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return { dir: given, temporary: false, discard: async () => undefined };
  }
  const dir = await mkdtemp(join(base, `ams-sync-${name}-`));
  return {
    dir,
    temporary: true,
    discard: () => rm(dir, { recursive: true, force: true }),
  };
}
