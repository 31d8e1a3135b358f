import { expect, it } from "vitest";
import { otherToken } from "./other-token.js";

it.each([
  ["http://radicale.org/ns/sync/0123456789abcdef0123456789abcde7"],
  ["data:,4711"],
  ["https://dav.example/sync/12/"],
  ["ZGFzIGlzdCBlcw=="],
  ["7"],
  ["77"],
])("makes another token of %s, with the same end", (token) => {
  const other = otherToken(token);
  expect(other).toBeDefined();
  expect(other).not.toBe(token);
  expect(/[^0-9a-z]*$/i.exec(other!)?.[0]).toBe(
    /[^0-9a-z]*$/i.exec(token)?.[0],
  );
});

it("makes none of a token without letters and digits", () => {
  expect(otherToken("☠")).toBeUndefined();
});
