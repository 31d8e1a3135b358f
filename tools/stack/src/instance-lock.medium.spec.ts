import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeFolder } from "./instance-lock.js";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ams-sync-lock-"));
});
afterEach(() => rm(dir, { recursive: true }));

describe("takeFolder", () => {
  it("lets one in at a time and leaves nothing behind", async () => {
    const giveBack = await takeFolder(dir);
    await expect(takeFolder(dir)).rejects.toThrow(
      `A stack is running here already (process ${process.pid})`,
    );
    await giveBack();
    expect(await readdir(dir)).toEqual([]);
    await expect(takeFolder(dir)).resolves.toBeTypeOf("function");
  });

  it("takes over from a process that died", async () => {
    const child = spawn("true");
    await new Promise((resolve) => child.once("exit", resolve));
    await writeFile(join(dir, "stack.lock"), `${child.pid} 12345`);
    await expect(takeFolder(dir)).resolves.toBeTypeOf("function");
  });

  it("takes over when the id belongs to another process by now", async () => {
    await writeFile(join(dir, "stack.lock"), `${process.pid} 1`);
    await expect(takeFolder(dir)).resolves.toBeTypeOf("function");
  });
});
