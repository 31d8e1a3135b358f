import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { basicAuthorization, makeAddressBook } from "./dav-collections.js";
import { startDavSink, type DavSink } from "./dav-sink.js";

const anna = { username: "änna", password: "egal" };
const CARD = "BEGIN:VCARD\r\nFN:Groß & Söhne\r\nEND:VCARD\r\n";

describe("startDavSink", () => {
  let sink: DavSink;
  let keeping: DavSink;
  let book: string;
  const ask = (
    method: string,
    url: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<Response> =>
    fetch(url, {
      method,
      headers: { authorization: basicAuthorization(anna), ...headers },
      ...(body !== undefined && { body }),
    });
  const sync = async (
    token: string,
  ): Promise<{
    status: number;
    names: string[];
    token: string;
    text: string;
  }> => {
    const answer = await ask(
      "REPORT",
      book,
      {},
      `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token></sync-collection>`,
    );
    const text = await answer.text();
    return {
      status: answer.status,
      names: [...text.matchAll(/\/(\w+)\.vcf</g)].map(([, name]) => name ?? ""),
      token: /<sync-token>([^<]*)</.exec(text)?.[1] ?? "",
      text,
    };
  };

  beforeAll(async () => {
    sink = await startDavSink();
    keeping = await startDavSink({ keepItems: true });
  });
  afterAll(async () => {
    await sink.stop();
    await keeping.stop();
  });
  beforeEach(async () => {
    book = sink.collectionOf("änna", `b${Math.random()}`);
    await makeAddressBook({ url: book, ...anna });
    await sink.reset();
  });

  it("leads to its collections", async () => {
    const at = async (url: string) =>
      (await ask("PROPFIND", url, { depth: "1" })).text();
    expect(await at(new URL("/.well-known/carddav", sink.url).href)).toContain(
      "<current-user-principal><href>/%C3%A4nna/</href>",
    );
    expect(await at(new URL("/änna/", sink.url).href)).toContain(
      `<href>${new URL(book).pathname}</href>`,
    );
    expect((await fetch(book, { method: "PROPFIND" })).status).toBe(401);
    expect((await ask("PROPFIND", sink.collectionOf("otto", "x"))).status).toBe(
      403,
    );
  });

  it("counts, and keeps to conditions", async () => {
    const put = (headers: Record<string, string>) =>
      ask("PUT", `${book}1.vcf`, headers, CARD);
    const made = await put({ "if-none-match": "*" });
    expect(made.status).toBe(201);
    expect((await put({ "if-none-match": "*" })).status).toBe(412);
    expect((await put({ "if-match": '"0"' })).status).toBe(412);
    const changed = await put({ "if-match": made.headers.get("etag") ?? "" });
    expect(changed.status).toBe(204);
    expect(changed.headers.get("etag")).not.toBe(made.headers.get("etag"));
    const { methods, users, items, firstPutAt, lastPutAt } =
      await sink.counts();
    expect(methods).toEqual({ PUT: 4 });
    expect(users).toEqual({ änna: { PUT: 4 } });
    expect(items).toBe(1);
    expect(lastPutAt).toBeGreaterThanOrEqual(firstPutAt ?? Infinity);
    expect((await ask("DELETE", `${book}1.vcf`)).status).toBe(204);
    expect((await ask("DELETE", `${book}1.vcf`)).status).toBe(404);
    expect((await sink.counts()).items).toBe(0);
    expect((await ask("PUT", `${book}x/1.vcf`, {}, CARD)).status).toBe(409);
  });

  it("tells what changed since a token", async () => {
    for (const name of ["a", "b", "c"])
      await ask("PUT", `${book}${name}.vcf`, {}, CARD);
    const first = await sync("");
    expect(first.names).toEqual(["a", "b", "c"]);
    await ask("PUT", `${book}b.vcf`, {}, CARD);
    await ask("PUT", `${book}b.vcf`, {}, CARD);
    await ask("DELETE", `${book}a.vcf`);
    const second = await sync(first.token);
    expect(second.names).toEqual(["b", "a"]);
    expect(second.text).toMatch(/a\.vcf<\/href><status>HTTP\/1.1 404/);
    expect((await sync(second.token)).names).toEqual([]);
    expect(await sync("urn:x:99")).toMatchObject({ status: 403 });
  });

  it("gives back what it was told to keep", async () => {
    const url = keeping.collectionOf("änna", "b");
    await makeAddressBook({ url, ...anna });
    await ask("PUT", `${url}1.vcf`, {}, CARD);
    expect(await (await ask("GET", `${url}1.vcf`)).text()).toBe(CARD);
    const { pathname } = new URL(url);
    const report = await ask(
      "REPORT",
      url,
      {},
      `<A:addressbook-multiget xmlns:A="urn:ietf:params:xml:ns:carddav" xmlns="DAV:"><href>${pathname}1.vcf</href><href>${pathname}2.vcf</href></A:addressbook-multiget>`,
    );
    const text = await report.text();
    expect(text).toContain("Groß &amp; Söhne");
    expect(text).toMatch(/2\.vcf<\/href><status>HTTP\/1.1 404/);
  });
});
