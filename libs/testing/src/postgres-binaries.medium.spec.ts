import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runnablePlace } from "./postgres-binaries.js";

const nobody = { uid: 65_534, gid: 65_534 };
let home: string;
let elsewhere: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "ams-sync-home-"));
  elsewhere = await mkdtemp(join(tmpdir(), "ams-sync-elsewhere-"));
  await chmod(elsewhere, 0o755);
  const bin = join(home, "native", "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "postgres"), "#!/bin/sh\nexit 0\n", {
    mode: 0o755,
  });
});
afterEach(async () => {
  await rm(home, { recursive: true });
  await rm(elsewhere, { recursive: true });
});

describe.skipIf(process.getuid?.() !== 0)(
  "runnablePlace (skipped unless root, who alone needs it)",
  () => {
    it("uses the binaries where they are if their user reaches them", async () => {
      await chmod(home, 0o755);
      const root = join(home, "native");
      expect(await runnablePlace(root, join(elsewhere, "c"), nobody)).toBe(
        root,
      );
      expect(await readdir(elsewhere)).toEqual([]);
    });

    it("makes one whole copy of what lies in a closed home, also in parallel", async () => {
      await chmod(home, 0o700);
      const copy = join(elsewhere, "deep", "copy");
      const places = await Promise.all(
        [1, 2, 3].map(() => runnablePlace(join(home, "native"), copy, nobody)),
      );
      expect(places).toEqual([copy, copy, copy]);
      expect(await readdir(join(elsewhere, "deep"))).toEqual(["copy"]);
    });

    it("says what to do when the copy cannot be run either", async () => {
      await chmod(home, 0o700);
      const copy = join(elsewhere, "copy");
      await mkdir(copy);
      await expect(
        runnablePlace(join(home, "native"), copy, nobody),
      ).rejects.toThrow(`Remove that folder`);
    });
  },
);
