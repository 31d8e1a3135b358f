import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The real checkout. */
export const home = fileURLToPath(new URL("../../..", import.meta.url));

/** A small checkout of its own, with the given files and copies of ours. */
export async function makeCheckout(
  files: Readonly<Record<string, string>>,
  copies: readonly string[],
): Promise<{ dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), "ams-sync-checkout-"));
  for (const file of copies) await cp(join(home, file), join(dir, file));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), text);
  }
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
