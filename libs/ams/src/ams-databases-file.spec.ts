import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "@ams-sync/platform";
import { afterAll, beforeAll, expect, it } from "vitest";
import { amsUrlsOf } from "./ams-databases-file.js";

const URL = "postgresql://connector:geheim@ams/ams";
const NORTH = "postgresql://connector:geheim@nord/ams";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ams-sync-databases-"));
});
afterAll(() => rm(folder, { recursive: true }));

const ofFile = async (text: string) => {
  const file = join(folder, "ams.json");
  await writeFile(file, text);
  return amsUrlsOf({ AMS_DATABASES_FILE: file });
};

const refusal = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
};

it("knows the one database as ams, or by its name", async () => {
  expect([...(await amsUrlsOf({ AMS_DATABASE_URL: URL }))]).toEqual([
    ["ams", URL],
  ]);
  const named = { AMS_DATABASE_URL: URL, AMS_SOURCE: "nord" };
  expect([...(await amsUrlsOf(named))]).toEqual([["nord", URL]]);
});

it("reads several from a file", async () => {
  const text = JSON.stringify({ ams: URL, nord_2: NORTH });
  expect([...(await ofFile(text))]).toEqual([
    ["ams", URL],
    ["nord_2", NORTH],
  ]);
});

it("names every bad entry, and no value", async () => {
  const text = JSON.stringify({
    ams: "connector:geheim@ams",
    [NORTH]: "nord",
    süd: URL,
    west: { url: URL },
    ost: URL,
  });
  const message = await refusal(ofFile(text));
  expect(message).toContain(
    'AMS_DATABASES_FILE ("ams": must be a postgresql:// URL; entry 2: its name must be 1 to 54 of a–z, 0–9 and _; entry 3: its name must be 1 to 54 of a–z, 0–9 and _; "west": must be a postgresql:// URL)',
  );
  expect(message).not.toMatch(/geheim|"ost"/);
});

it.each([
  ["no JSON", "{geheim", /must name a file with JSON/],
  ["a list", '["geheim"]', /must name a file with JSON/],
  ["nothing", "null", /must name a file with JSON/],
  ["no database", "{}", /names a file without a database/],
])("says what is wrong with a file with %s", async (_what, text, sentence) => {
  const message = await refusal(ofFile(text));
  expect(message).toMatch(sentence);
  expect(message).not.toContain("geheim");
});

it("says that the file cannot be read, and that names belong into it", async () => {
  const file = join(folder, "geheim", "fehlt.json");
  const unreadable = await refusal(amsUrlsOf({ AMS_DATABASES_FILE: file }));
  expect(unreadable).toMatch(/a file that cannot be read/);
  expect(unreadable).not.toContain("geheim");
  const both = { AMS_DATABASES_FILE: file, AMS_SOURCE: "ams" };
  expect(await refusal(amsUrlsOf(both))).toMatch(/again: AMS_SOURCE \(/);
});
