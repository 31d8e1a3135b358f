import { describe, expect, it } from "vitest";
import {
  isDisowned,
  nextWitnesses,
  readToken,
  writeToken,
} from "./sync-token.js";

const there = (id: string, version: string) => ({ id, version, gone: false });

describe("the token in state", () => {
  it("comes back as it was written", () => {
    for (const token of [
      { sync: "urn:x:1e5", witnesses: [{ id: "/a", version: '"1"' }] },
      { ctag: "17" },
    ])
      expect(readToken(writeToken(token))).toEqual(token);
  });

  it.each([
    "",
    "urn:x:1",
    "{}",
    '{"sync":""}',
    '{"sync":5,"witnesses":[]}',
    "null",
  ])("%s is void", (text) => {
    expect(() => readToken(text)).toThrow(
      expect.objectContaining({ kind: "token-expired" }),
    );
  });

  it("keeps witnesses that were not listed again and fills up with the newest", () => {
    const first = nextWitnesses(
      [],
      [
        there("/a", "1"),
        { id: "/b", gone: true },
        there("/c", "1"),
        { id: "/d", gone: false },
      ],
    );
    expect(first).toEqual([
      { id: "/a", version: "1" },
      { id: "/c", version: "1" },
    ]);
    const second = nextWitnesses(first, [
      there("/c", "2"),
      there("/e", "1"),
      there("/f", "1"),
    ]);
    expect(second.map(({ id }) => id)).toEqual(["/a", "/c", "/e"]);
    expect(second[1]?.version).toBe("2");
  });

  it("is disowned by an unchanged witness, not by a changed or lost one", () => {
    const witnesses = [{ id: "/a", version: "1" }];
    expect(isDisowned(witnesses, [there("/b", "1"), there("/a", "1")])).toBe(
      true,
    );
    expect(isDisowned(witnesses, [there("/a", "2")])).toBe(false);
    expect(isDisowned(witnesses, [{ id: "/a", gone: true }])).toBe(false);
    expect(isDisowned(witnesses, [])).toBe(false);
  });
});
