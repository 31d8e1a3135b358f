import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serviceName } from "./service-name.js";

let dir: string;
const key = (text: string): string => {
  const file = join(dir, "own.jwk");
  writeFileSync(file, text);
  return file;
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "name-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

const program = "/app/apps/state/dist/migrate.js";

it("is the one that is given", () => {
  const env = {
    OTEL_SERVICE_NAME: "Prüfung",
    SERVICE_KEY_FILE: key('{"kid":"settings"}'),
  };
  expect(serviceName(env, program)).toBe("Prüfung");
});

it("is the one of the private key", () => {
  const env = {
    OTEL_SERVICE_NAME: "",
    SERVICE_KEY_FILE: key('{"kid":"settings"}'),
  };
  expect(serviceName(env, program)).toBe("settings");
});

it.each([
  ["without a key", () => ({})],
  ["with a file that is not there", () => ({ SERVICE_KEY_FILE: "/nowhere" })],
  ["with a file of something else", () => ({ SERVICE_KEY_FILE: key("null") })],
  ["with a key without name", () => ({ SERVICE_KEY_FILE: key("{}") })],
])("is the folder of the app %s", (_what, env) => {
  expect(serviceName(env(), program)).toBe("state");
  expect(serviceName(env(), "apps/cloud-connector/dist/main.js")).toBe(
    "cloud-connector",
  );
});

it("stays open for any other program", () => {
  expect(serviceName({}, "/usr/bin/other.js")).toBeUndefined();
  expect(serviceName({}, undefined)).toBeUndefined();
});
