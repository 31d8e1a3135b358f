import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import { expect, test } from "vitest";

const start = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [join(CHECKOUT, "tools/bench/dist/main.js"), ...args],
    { encoding: "utf8" },
  );

test.each([
  [["--bogus"], "Unknown option '--bogus'"],
  [["bogus"], 'There is no benchmark "bogus".'],
  [["capture", "--pairs", "0"], "--pairs takes a whole number"],
  [[], "Say which benchmark."],
])("%j is refused with the help", (args, message) => {
  const { status, stdout, stderr } = start(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr).toContain("npm run bench -- NAME");
});

test("--help says how long it takes", () => {
  const { status, stdout } = start("--help");
  expect(status).toBe(0);
  expect(stdout).toContain("one to five minutes");
});
