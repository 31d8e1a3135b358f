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
  return {
    async write(line) {
      if (failed) throw failed;
      // Memory stays what it is, however slow the disk.
      if (!out.write(`${line}\n`)) await once(out, "drain");
    },
    async keep() {
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
