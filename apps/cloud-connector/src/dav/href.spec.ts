import { describe, expect, it } from "vitest";
import { CollectionAddress } from "./collection-address.js";
import { compareKey, memberName, pathOf } from "./href.js";

describe("hrefs", () => {
  it("names the same resource however it is encoded", () => {
    const key = compareKey("/max%40example.de/K%C3%A4the%20%C3%9Cbel.vcf");
    for (const other of [
      "/max@example.de/K%c3%a4the%20%c3%9cbel.vcf",
      "/max@example.de/Käthe Übel.vcf",
      "/max%40example%2Ede/K%C3%A4the%20%C3%9Cbel.vcf",
    ])
      expect(compareKey(other)).toBe(key);
    expect(compareKey("/a%2Fb")).not.toBe(compareKey("/a/b"));
    expect(compareKey("/100%")).toBe(compareKey("/100%25"));
    expect(compareKey("/a/")).toBe(compareKey("/a"));
  });

  it("takes the path of relative, absolute and badly written hrefs", () => {
    const base = "https://dav.example.de/a/b/";
    expect(pathOf("c.vcf", base)).toBe("/a/b/c.vcf");
    expect(pathOf("https://intern:8443/a/b/c.vcf", base)).toBe("/a/b/c.vcf");
    expect(pathOf("//a/b/c.vcf", base)).toBe("/a/b/c.vcf");
    expect(pathOf(" /a/b/c d.vcf\n", base)).toBe("/a/b/c%20d.vcf");
    expect(pathOf("", base)).toBeUndefined();
    expect(pathOf("http://", base)).toBeUndefined();
  });

  it("knows the direct members of a collection", () => {
    const book = "/max%40example.de/buch/";
    expect(memberName("/max@example.de/buch/%C3%BC.vcf", book)).toBe("ü.vcf");
    expect(memberName("/max@example.de/buch/", book)).toBeUndefined();
    expect(memberName("/max@example.de/buch/x/", book)).toBeUndefined();
    expect(memberName("/max@example.de/buch/x/y.vcf", book)).toBeUndefined();
    expect(memberName("/max@example.de/buch2/y.vcf", book)).toBeUndefined();
  });

  it("gives own items one id and foreign ones that of the server", () => {
    const address = new CollectionAddress(
      "https://dav.example.de/max%40example.de/buch/",
      ".vcf",
    );
    const id = address.idOf("ab-12");
    expect(id).toBe("/max%40example.de/buch/ab-12.vcf");
    expect(address.idAt("/max@example.de/buch/ab%2D12.vcf")).toBe(id);
    expect(address.idAt("/max@example.de/buch/%c3%bc.vcf")).toBe(
      "/max@example.de/buch/%c3%bc.vcf",
    );
    expect(address.urlOf(id)).toBe(`https://dav.example.de${id}`);
    expect(address.isCollection("/max@example.de/buch")).toBe(true);
  });
});
