import { spawn, type ChildProcess } from "node:child_process";
import {
  appendFile,
  chmod,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeCheckout } from "./checkout.js";

/** An npm that writes down how it was called and installs what is needed. */
const NPM = `
  import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync, readFileSync } from "node:fs";
  appendFileSync("calls", process.argv.slice(2).join(" ") + "\\n");
  if (process.env.NPM_FAILS) { console.error("ENOSPC: Platte voll"); process.exit(1); }
  rmSync("node_modules", { recursive: true, force: true });
  mkdirSync("node_modules/.bin", { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, 300));
  symlinkSync(process.execPath, "node_modules/.bin/node");
  symlinkSync("../../nx", "node_modules/.bin/nx");
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: lock.packages }));
`;
const PROGRAM = `
  process.on("SIGTERM", () => process.exit(42));
  console.log(JSON.stringify(process.argv.slice(2)));
  if (process.argv[2] === "wait") setInterval(() => {}, 1000);
  else process.exit(Number(process.argv[2] ?? 0));
`;
/** An nx that writes down how it was called, and puts the outputs anew as the real one does. */
const NX = `#!/usr/bin/env node
  const { appendFileSync, cpSync, rmSync } = require("node:fs");
  appendFileSync("calls", "nx " + process.argv.slice(2).join(" ") + "\\n");
  rmSync("tools/contract/dist", { recursive: true, force: true });
  cpSync("tools/contract/src", "tools/contract/dist", { recursive: true });
`;
const lock = (version: string) =>
  JSON.stringify({
    packages: {
      "": {},
      "node_modules/zod": { version },
      "node_modules/zod-arm64": { version, optional: true },
    },
  });

let checkout: Awaited<ReturnType<typeof makeCheckout>>;
beforeEach(async () => {
  checkout = await makeCheckout(
    {
      "package-lock.json": lock("1.0.0"),
      "npm.mjs": NPM,
      nx: NX,
      "tools/test.mjs": PROGRAM,
      "tools/contract/package.json": `{ "type": "module" }`,
      "tools/contract/src/main.js": PROGRAM,
    },
    ["bootstrap", "built", "install", "lock", "run"].map(
      (name) => `tools/${name}.mjs`,
    ),
  );
  await chmod(join(checkout.dir, "nx"), 0o755);
});
afterEach(() => checkout.remove());

const start = (args: string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, ["tools/bootstrap.mjs", ...args], {
    cwd: checkout.dir,
    env: { ...process.env, npm_execpath: "npm.mjs", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

async function end(child: ChildProcess) {
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk) => (out += String(chunk)));
  child.stderr?.on("data", (chunk) => (err += String(chunk)));
  const code = await new Promise<number | null>((resolve) =>
    child.once("close", resolve),
  );
  return { code, out, err };
}

const calls = async (): Promise<string[]> =>
  (await readFile(join(checkout.dir, "calls"), "utf8")).trim().split("\n");

describe("bootstrap", () => {
  it("installs once, says so, and hands arguments and exit code through", async () => {
    expect(await end(start(["test", "7", "ä b"]))).toEqual({
      code: 7,
      out: '["7","ä b"]\n',
      err: "Running npm ci, about half a minute: npm packages are not installed.\n",
    });
    expect(await end(start(["test"]))).toEqual({
      code: 0,
      out: "[]\n",
      err: "",
    });
    expect(await calls()).toEqual(["ci --include=dev"]);
  });

  it("installs again when the lock asks for something else", async () => {
    await end(start(["test"]));
    await writeFile(join(checkout.dir, "package-lock.json"), lock("1.0.1"));
    expect((await end(start(["test"]))).err).toContain(
      "not those of package-lock.json",
    );
    expect(await calls()).toHaveLength(2);
  });

  it("installs again after an installation that was broken off", async () => {
    await end(start(["test"]));
    await rm(join(checkout.dir, "node_modules", ".package-lock.json"));
    expect((await end(start(["test"]))).code).toBe(0);
    expect(await calls()).toHaveLength(2);
  });

  it("installs once for two starts at the same time", async () => {
    const both = [end(start(["test", "0"])), end(start(["test", "0"]))];
    const [first, second] = await Promise.all(both);
    expect([first?.code, second?.code]).toEqual([0, 0]);
    expect(`${first?.err}${second?.err}`).toContain(
      "Another start is setting up here",
    );
    expect(await calls()).toHaveLength(1);
  });

  it("shows npm's own words when the installation fails", async () => {
    const { code, out, err } = await end(start(["test"], { NPM_FAILS: "1" }));
    expect(code).toBe(1);
    expect(err).toContain("npm ci failed:\nENOSPC: Platte voll");
    expect(out).toBe("0 passed, 1 failed, 0 skipped\n");
  });

  it("passes a signal on", async () => {
    const child = start(["test", "wait"]);
    const ended = end(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGTERM");
    expect((await ended).code).toBe(42);
  });

  it("names what can be started", async () => {
    expect((await end(start(["dmeo"]))).err).toMatch(
      /^Give one of: demo, stack, .*There is no "dmeo"\.\n$/,
    );
  });
});

describe("bootstrap of what is built", () => {
  const built = () => join(checkout.dir, "tools/contract/dist/main.js");
  const source = () => join(checkout.dir, "tools/contract/src/main.js");
  const builds = async () =>
    (await calls()).filter((call) => call === "nx run-many -t build").length;
  const startAgain = (...args: string[]) =>
    end(start(["contract", ...(args.length > 0 ? args : ["0"])]));
  beforeEach(async () => {
    expect(await startAgain()).toMatchObject({
      code: 0,
      err: expect.stringContaining("about a minute the first time"),
    });
  });

  it("leaves it to those that were started from it", async () => {
    const { ino } = await stat(built());
    expect(await startAgain()).toMatchObject({ code: 0, err: "" });
    expect([(await stat(built())).ino, await builds()]).toEqual([ino, 1]);
  });

  it("builds what was changed, in a source or in the output", async () => {
    await appendFile(source(), "\n// Neu");
    expect((await startAgain()).err).toBe("Building what has changed …\n");
    await rm(built());
    expect((await startAgain()).code).toBe(0);
    await appendFile(built(), "\n// Von Hand");
    expect((await startAgain()).code).toBe(0);
    expect(await builds()).toBe(4);
    await writeFile(`${source()}.spec.ts`, "");
    await startAgain();
    expect(await builds()).toBe(4);
  });

  it("helps at once", async () => {
    await appendFile(source(), "\n// Neu");
    expect((await startAgain("0", "--help")).err).toBe("");
    expect(await builds()).toBe(1);
  });
});
