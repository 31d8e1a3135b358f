import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateServiceKeys } from "@ams-sync/platform";
import { afterAll, beforeAll, expect, it } from "vitest";
import { outlookConfig } from "../config.js";
import { notificationKey } from "./notification-key.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "notification-key-"));
});
afterAll(() => rm(folder, { recursive: true }));

const stored = async (name: string, key: object) => {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(key));
  return file;
};

it("is the same for all replicas, another one for another key, and not the key itself", async () => {
  const keyOf = async () => {
    const { privateKeys } = await generateServiceKeys(["outlook-connector"]);
    return privateKeys.get("outlook-connector") ?? {};
  };
  const [own, other] = [await keyOf(), await keyOf()];
  const [one, two, three] = await Promise.all([
    notificationKey(await stored("one", own)),
    notificationKey(await stored("two", own)),
    notificationKey(await stored("three", other)),
  ]);
  expect(two).toEqual(one);
  expect(three).not.toEqual(one);
  expect(one).toHaveLength(32);
  expect(one.toString("base64url")).not.toBe(own.d);
  await expect(notificationKey(await stored("four", {}))).rejects.toThrow();
});

it.each([
  ["https://sync.example.com/graph/", true],
  ["http://127.0.0.1:8090/graph/", true],
  ["http://sync.example.com/graph/", false],
  ["https://sync.example.com/graph?secret=1", false],
  ["sync.example.com", false],
])("WEBHOOK_URL %s: %s", (url, good) => {
  const { WEBHOOK_URL } = outlookConfig.shape;
  expect(WEBHOOK_URL.safeParse(url).success).toBe(good);
});
