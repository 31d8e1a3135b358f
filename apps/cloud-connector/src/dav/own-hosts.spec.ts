import { expect, it } from "vitest";
import { isOwnHost } from "./own-hosts.js";

it.each([
  ["wolke.example", "wolke.example"],
  ["wolke.example", "wolke.example."],
  ["wolke.example", "dav.wolke.example"],
  ["caldav.icloud.com", "p42-caldav.icloud.com"],
])("of %s is %s", (typed, other) => {
  expect(isOwnHost(typed, other)).toBe(true);
});

it.each([
  ["wolke.example", "fremd.example"],
  ["wolke.example", "meinewolke.example"],
  ["dav.wolke.example", "wolke.example"],
  ["mein.duckdns.org", "dein.duckdns.org"],
  ["fremd.example", "caldav.icloud.com"],
  ["caldav.icloud.com", "icloud.com.fremd.example"],
])("of %s is not %s", (typed, other) => {
  expect(isOwnHost(typed, other)).toBe(false);
});
