import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";

export interface LineFile {
  write(line: string): Promise<void>;
  /** The file gets its name only now: one with that name is whole. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** Characters that are written at once. */
const CHUNK = 64 * 1024;

/** A new file for this user only; packed if its name says so. @throws Error when there is one */
export const newFile = async (path: string): Promise<LineFile> => {
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw new Error(`${path} is there already. Give another name.`);
  const part = `${path}.part`;
  const file = createWriteStream(part, { mode: 0o600, flags: "w" });
  await once(file, "open");
  const gzip = path.endsWith(".gz") ? createGzip() : undefined;
  gzip?.pipe(file);
  const out = gzip ?? file;
  let failed: Error | undefined;
  for (const stream of [file, out])
    stream.on("error", (error: Error) => (failed ??= error));
  let pending = "";
  const flush = async (): Promise<void> => {
    if (failed) throw failed;
    const room = out.write(pending);
    pending = "";
    // Memory stays what it is, however slow the disk.
    if (!room) await once(out, "drain");
  };
  return {
    async write(line) {
      pending += `${line}\n`;
      if (pending.length >= CHUNK) await flush();
    },
    async keep() {
      await flush();
      out.end();
      await finished(file);
      await rename(part, path);
    },
    async discard() {
      file.destroy();
      await rm(part, { force: true });
    },
  };
};
