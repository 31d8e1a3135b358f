import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  hrefsOf,
  Quirked,
  sync,
  tokenOf,
  vcard,
} from "../../testing/quirked.js";
import type { QuirkName } from "../quirks.js";
import { SUB_PATH } from "./discovery.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start(40);
});
afterAll(() => on?.stop());

/** Three cards, and the token after them. */
async function filled(): Promise<string> {
  await on.begin();
  for (const uid of ["a", "b", "Käthe-ü"])
    await on.direct("PUT", `${encodeURIComponent(uid)}.vcf`, {
      body: vcard(uid),
    });
  return tokenOf(await on.report(sync("")));
}

describe("sync-collection", () => {
  it("no-sync-collection", async () => {
    await filled();
    const properties = {
      headers: { depth: "0" },
      body: '<propfind xmlns="DAV:"><prop><supported-report-set/><sync-token/><getcontenttype/></prop></propfind>',
    };
    const before = await on.ask("PROPFIND", "", properties);
    expect(before.text).toMatch(/sync-collection/);
    on.proxy.quirks = ["no-sync-collection"];
    expect((await on.report(sync(""))).status).toBe(403);
    const after = await on.ask("PROPFIND", "", properties);
    expect(after.status).toBe(207);
    expect(after.text).not.toMatch(/sync-collection|sync-token/);
    expect(after.text).toMatch(/expand-property|addressbook-multiget/);
  });

  it.each([
    ["unknown-token-403", 403],
    ["unknown-token-500", 500],
    ["unknown-token-full-list", 207],
  ] as const)("%s", async (quirk, status) => {
    const token = await filled();
    expect(hrefsOf(await on.report(sync(token)))).toEqual([]);
    on.proxy.quirks = [quirk];
    const answer = await on.report(sync(token));
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.text).toContain("valid-sync-token");
    if (status === 207) {
      expect(hrefsOf(answer).length).toBe(3);
      expect(tokenOf(answer)).not.toBe("");
    }
    expect(hrefsOf(await on.report(sync(""))).length).toBe(3);
  });

  it("limit-ignored, limit-507", async () => {
    await filled();
    const limited = sync("", "<d:limit><d:nresults>1</d:nresults></d:limit>");
    on.proxy.quirks = ["limit-507"];
    expect((await on.report(limited)).status).toBe(507);
    expect((await on.report(sync(""))).status).toBe(207);
    on.proxy.quirks = ["limit-ignored"];
    expect(hrefsOf(await on.report(limited)).length).toBe(3);
  });
});

describe("reports", () => {
  const multiget = (...names: readonly string[]) =>
    `<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/></d:prop>${names.map((name) => `<d:href>${on.book}${name}</d:href>`).join("")}</c:addressbook-multiget>`;

  it.each([
    ["multiget-absent-row", 207, 2],
    ["multiget-absent-omitted", 207, 1],
    ["multiget-absent-404", 404, 0],
  ] as const)("%s", async (quirk, status, rows) => {
    await filled();
    on.proxy.quirks = [quirk];
    const answer = await on.report(multiget("a.vcf", "weg.vcf"));
    expect(answer.status).toBe(status);
    expect(hrefsOf(answer).length).toBe(rows);
    expect(answer.text.includes("404 Not Found")).toBe(rows === 2);
    const whole = await on.report(multiget("a.vcf", "b.vcf"));
    expect(hrefsOf(whole).length).toBe(2);
  });

  it("a row for what the server itself says nothing of", async () => {
    await filled();
    on.proxy.quirks = ["multiget-absent-row", "multiget-absent-omitted"];
    const answer = await on.report(multiget("weg.vcf", "a.vcf"));
    expect(hrefsOf(answer).toSorted()).toEqual([
      `${on.book}a.vcf`,
      `${on.book}weg.vcf`,
    ]);
  });

  it("query-by-uid-500, query-by-uid-matches-all", async () => {
    const query = `<c:addressbook-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/></d:prop><c:filter><c:prop-filter name="UID"><c:text-match collation="i;unicode-casemap" match-type="equals">a</c:text-match></c:prop-filter></c:filter></c:addressbook-query>`;
    await filled();
    expect(hrefsOf(await on.report(query))).toEqual([`${on.book}a.vcf`]);
    on.proxy.quirks = ["query-by-uid-500"];
    expect((await on.report(query)).status).toBe(500);
    on.proxy.quirks = ["query-by-uid-matches-all"];
    expect(hrefsOf(await on.report(query)).length).toBe(3);
  });
});

describe("hrefs", () => {
  it.each([
    [
      "hrefs-lower",
      (book: string) => `${book.toLowerCase()}k%c3%a4the-%c3%bc.vcf`,
    ],
    [
      "hrefs-upper",
      (book: string) =>
        `${book.replaceAll("-", "%2D")}K%C3%A4the%2D%C3%BC%2Evcf`,
    ],
    [
      "hrefs-decoded",
      (book: string) => `${decodeURIComponent(book)}Käthe-ü.vcf`,
    ],
    [
      "hrefs-absolute",
      (book: string) =>
        `${new URL(on.proxy.url).origin}${book}K%C3%A4the-%C3%BC.vcf`,
    ],
  ] as const)("%s", async (quirk, expected) => {
    await filled();
    on.proxy.quirks = [quirk];
    const hrefs = hrefsOf(await on.report(sync("")));
    expect(hrefs.length).toBe(3);
    const wanted = expected(on.book);
    expect(hrefs.map((href) => href.replace(/K(?=%c3)/, "k"))).toContain(
      wanted,
    );
    for (const href of hrefs)
      expect(
        (await on.ask("GET", new URL(href, on.proxy.url).pathname)).status,
      ).toBe(200);
  });
});

describe("discovery", () => {
  const home = {
    headers: { depth: "0" },
    body: '<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>',
  };
  const wellKnown = async (quirk: QuirkName) => {
    await on.begin(quirk);
    const { status, headers } = await on.ask("GET", "/.well-known/carddav");
    return [status, headers["location"]];
  };

  it("well-known-missing, -relative, -absolute", async () => {
    expect(await wellKnown("well-known-missing")).toEqual([404, undefined]);
    expect(await wellKnown("well-known-relative")).toEqual([301, "/"]);
    expect(await wellKnown("well-known-absolute")).toEqual([301, on.proxy.url]);
  });

  it("discovery-in-sub-path", async () => {
    await on.begin("discovery-in-sub-path");
    expect((await on.ask("PROPFIND", "/", home)).status).toBe(404);
    expect((await on.ask("GET", "/.well-known/caldav")).status).toBe(404);
    const found = await on.ask("PROPFIND", SUB_PATH, home);
    expect(hrefsOf(found)).toEqual([
      SUB_PATH,
      on.book.replace("kontakte/", ""),
    ]);
  });
});
