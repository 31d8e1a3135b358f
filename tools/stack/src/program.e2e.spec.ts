import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT } from "./folders.js";

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnSync(
    process.execPath,
    [join(CHECKOUT, "tools/stack/dist/main.js"), ...args],
    { encoding: "utf8", env: { ...process.env, ...env } },
  );

test("an argument is refused with the variable that does it", () => {
  const { status, stdout, stderr } = start(["--port", "5"]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/takes no --port: .*STATE_HTTP_PORT=17453/);
});

test("--help lists the variables", () => {
  const { status, stdout } = start(["--help"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/AMS_SOURCE [^]*apps\/cloud-connector\/README\.md/);
});

test("wrong variables are named before anything starts", () => {
  const { status, stderr } = start([], {
    AMS_DATABASE_URL: "mysql://x",
    POSTGRES_PORT: "abc",
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/AMS_DATABASE_URL.*POSTGRES_PORT/);
  expect(stderr).not.toContain("Starting");
});
