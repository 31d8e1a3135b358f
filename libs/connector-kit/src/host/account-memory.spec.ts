import { beforeEach, expect, it } from "vitest";
import type { AccountView } from "../account-settings.js";
import { AccountMemory } from "./account-memory.js";

const view = (version: bigint): AccountView => ({
  userId: "7",
  version,
  serverUrl: "https://wolke.example/",
  options: { policy: "ams-wins" },
  containers: {},
});
const account = (accountId: string, tenantId = "müller") => ({
  tenantId,
  accountId,
});

let now: number;
beforeEach(() => {
  now = 0;
});
const clock = { monotonic: () => now };

it("answers with the very version that is asked for, and no other", () => {
  const memory = new AccountMemory(clock);
  memory.keep(account("1"), view(4n));
  expect(memory.at(account("1"), 4n)).toEqual(view(4n));
  expect(memory.at(account("1"), 3n)).toBeUndefined();
  expect(memory.at(account("1"), 5n)).toBeUndefined();
  expect(memory.at(account("2"), 4n)).toBeUndefined();
  expect(memory.at(account("1", "weiß"), 4n)).toBeUndefined();
});

it("forgets what was read longest ago", () => {
  const memory = new AccountMemory(clock, 2);
  memory.keep(account("1"), view(1n));
  memory.keep(account("2"), view(1n));
  memory.keep(account("1"), view(2n));
  memory.keep(account("3"), view(1n));
  expect(memory.at(account("1"), 2n)).toBeDefined();
  expect(memory.at(account("2"), 1n)).toBeUndefined();
  expect(memory.at(account("3"), 1n)).toBeDefined();
});

it("forgets what was read too long ago, whether it is asked for or not", () => {
  const memory = new AccountMemory(clock, 10, 1_000);
  memory.keep(account("1"), view(1n));
  now = 600;
  memory.keep(account("2"), view(1n));
  now = 1_000;
  expect(memory.at(account("1"), 1n)).toBeDefined();
  now = 1_001;
  expect(memory.at(account("1"), 1n)).toBeUndefined();
  memory.keep(account("3"), view(1n));
  expect(memory.size).toBe(2);
  expect(memory.at(account("2"), 1n)).toBeDefined();
  now = 1_400;
  memory.keep(account("2"), view(2n));
  now = 2_300;
  expect(memory.at(account("2"), 2n)).toBeDefined();
});
