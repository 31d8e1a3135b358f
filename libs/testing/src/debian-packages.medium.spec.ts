import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installMissing } from "./debian-packages.js";

let bin: string;
const said: string[] = [];
const program = async (name: string, script: string): Promise<void> => {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
};
const install = (...names: string[]) =>
  installMissing(
    names.map((name) => ({ program: name, debianPackage: `${name}-deb` })),
    (line) => said.push(line),
  );

beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), "ams-sync-bin-"));
  vi.stubEnv("PATH", bin);
  vi.spyOn(process, "getuid").mockReturnValue(0);
  said.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(bin, { recursive: true });
});

describe("installMissing", () => {
  it("does nothing when all is there", async () => {
    await program("radicale", "");
    await program("apt-get", "exit 1");
    expect(await install("radicale")).toEqual([]);
    expect(said).toEqual([]);
  });

  it("installs only what is missing, as root", async () => {
    await program("radicale", "");
    await program(
      "apt-get",
      `echo "$@" >> ${bin}/calls; case "$*" in *install*) echo > ${bin}/redis-server; /bin/chmod 755 ${bin}/redis-server;; esac`,
    );
    expect(await install("radicale", "redis-server")).toEqual([]);
    expect(said).toEqual(["Installing redis-server-deb with apt-get …"]);
    expect(await readFile(join(bin, "calls"), "utf8")).toBe(
      "-q update\n-q install -y --no-install-recommends redis-server-deb\n",
    );
  });

  it("gives the reason when it cannot", async () => {
    expect(await install("radicale")).toEqual([
      {
        program: "radicale",
        reason: "there is no apt-get here; install radicale-deb",
      },
    ]);
    await program("apt-get", "echo E: kein Netz >&2; exit 100");
    expect(await install("radicale")).toEqual([
      {
        program: "radicale",
        reason: "apt-get install radicale-deb failed: E: kein Netz",
      },
    ]);
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    expect(await install("radicale")).toEqual([
      {
        program: "radicale",
        reason:
          "only root may install it; run: sudo apt-get install radicale-deb",
      },
    ]);
  });
});
