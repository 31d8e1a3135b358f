import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readArgs, UsageError } from "./args.js";

test("without options it uses a server of its own and goes on", () => {
  expect(readArgs([])).toEqual({ once: false, json: false, customers: 500 });
});

test("a server of one's own: a login and its password file each", () => {
  const folder = mkdtempSync(join(tmpdir(), "demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "password");
  writeFileSync(file, "geheim \n");
  expect(
    readArgs([
      "--once",
      "--cloud-url",
      "https://dav.example/",
      "--cloud-user",
      "grün",
      "--cloud-password-file",
      file,
    ]),
  ).toEqual({
    once: true,
    json: false,
    customers: 500,
    cloud: {
      url: "https://dav.example/",
      logins: [{ username: "grün", password: "geheim " }],
    },
  });
});

test.each([
  [["--cloud-user", "x"], /needs --cloud-url/],
  [["--cloud-url", "nonsense"], /address like/],
  [["--cloud-url", "https://dav.example/"], /one to three/],
  [["--nonsense"], /nonsense/],
  [["--customers", "49"], /from 50 to 100000/],
  [["--customers", "viele"], /from 50 to 100000/],
  [
    [
      "--cloud-url=https://dav.example/",
      "--cloud-user=a",
      "--cloud-password-file=/no/such",
    ],
    /cannot be read \(ENOENT\)/,
  ],
])("%j is refused with a sentence", (argv, message) => {
  expect(() => readArgs(argv)).toThrow(UsageError);
  expect(() => readArgs(argv)).toThrow(message);
});
