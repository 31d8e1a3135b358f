import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readArgs, UsageError } from "./args.js";

function passwordFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "password"), "geheim\n");
  return join(folder, "password");
}

test.each([
  ["--user", "--password-file"],
  ["--cloud-user", "--cloud-password-file"],
])("a login is given by %s and %s", (user, password) => {
  expect(
    readArgs([
      ...["--cloud-url", "https://dav.example"],
      ...[user, "grün", password, passwordFile()],
    ]),
  ).toEqual({
    url: "https://dav.example/",
    username: "grün",
    password: "geheim",
    json: false,
  });
});

test("what is missing is named", () => {
  expect(() => readArgs(["--cloud-url", "https://dav.example"])).toThrow(
    new UsageError("Give --cloud-url, --user and --password-file."),
  );
});
