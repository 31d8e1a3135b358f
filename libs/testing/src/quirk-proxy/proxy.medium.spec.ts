import { Client } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hrefsOf, Quirked, vcard } from "../testing/quirked.js";
import { QUIRK_NAMES, QUIRKS, startQuirkProxy } from "./index.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
afterAll(() => on?.stop());

describe("a proxy without quirks", () => {
  it("answers as the server does", async () => {
    await on.begin();
    const text = vcard("a", "NOTE:Käthe sagt: <&>");
    expect((await on.ask("PUT", "a.vcf", { body: text })).status).toBe(201);
    for (const [method, path] of [
      ["GET", "a.vcf"],
      ["HEAD", "a.vcf"],
      ["PROPFIND", ""],
      ["GET", "fehlt.vcf"],
      ["OPTIONS", ""],
    ] as const) {
      const [there, through] = [
        await on.direct(method, path),
        await on.ask(method, path),
      ];
      expect(through.status).toBe(there.status);
      expect(through.text).toBe(there.text);
      for (const name of ["etag", "content-type", "dav", "allow"])
        expect(through.headers[name]).toEqual(there.headers[name]);
    }
  });

  it("hands the login on and refuses as the server does", async () => {
    await on.begin();
    const answer = await on.ask("PROPFIND", "", {
      headers: { authorization: "Basic bm86bm8=" },
    });
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toMatch(/^Basic/);
  });

  it("turns its addresses into the server's and back", async () => {
    await on.begin();
    await on.ask("PUT", "a.vcf", { body: vcard("a") });
    const destination = new URL(`${on.book}b.vcf`, on.proxy.url).href;
    const moved = await on.ask("MOVE", "a.vcf", { headers: { destination } });
    expect(moved.status).toBe(201);
    expect((await on.direct("GET", "b.vcf")).status).toBe(200);
    const found = await on.report(
      `<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/></d:prop><d:href>${destination}</d:href></c:addressbook-multiget>`,
    );
    expect(hrefsOf(found)).toEqual([`${on.book}b.vcf`]);
    expect(found.text).toContain("getetag");
  });

  it("keeps connections open", async () => {
    await on.begin();
    const client = new Client(new URL(on.proxy.url).origin);
    let connections = 0;
    client.on("connect", () => (connections += 1));
    for (let n = 0; n < 5; n += 1) {
      const { authorization } = on;
      const { body } = await client.request({
        ...{ method: "PROPFIND", path: on.book, headers: { authorization } },
      });
      await body.dump();
    }
    expect(connections).toBe(1);
    await client.close();
  });

  it("counts requests and remembers neither bodies nor logins", async () => {
    await on.begin();
    on.proxy.requests.clear();
    await on.ask("PUT", "a.vcf", { body: vcard("a") });
    await on.ask("GET", "a.vcf");
    await on.ask("GET", "fehlt.vcf");
    const { requests } = on.proxy;
    expect(requests.byMethod).toEqual({ PUT: 1, GET: 2 });
    expect(requests.count()).toBe(3);
    expect(requests.newest.map(({ status }) => status)).toEqual([
      201, 200, 404,
    ]);
    expect(JSON.stringify(requests.newest)).not.toMatch(/Basic|Müßig/);
  });

  it("closes the connection where the server is not there", async () => {
    const lonely = await startQuirkProxy({ target: "http://127.0.0.1:9/" });
    await expect(fetch(lonely.url)).rejects.toThrow();
    await lonely.stop();
  });

  it("vanishes and comes back at the same address", async () => {
    await on.begin();
    await on.proxy.vanish();
    await expect(on.ask("PROPFIND", "")).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNREFUSED|UND_ERR_SOCKET|ECONNRESET/),
    });
    await expect(on.ask("PROPFIND", "")).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    await on.proxy.comeBack();
    expect((await on.ask("PROPFIND", "")).status).toBe(207);
  });

  it("keeps the path of its target", async () => {
    const deep = await startQuirkProxy({
      target: new URL(on.book, on.radicale.url).href,
    });
    expect(new URL(deep.url).pathname).toBe(on.book);
    await deep.stop();
  });
});

describe("the table", () => {
  it("has a sentence and a source for each quirk", () => {
    expect(QUIRK_NAMES.length).toBeGreaterThan(30);
    for (const name of QUIRK_NAMES) {
      expect(QUIRKS[name].name).toBe(name);
      expect(QUIRKS[name].sentence).toMatch(/^[A-Z].*\.$/);
      expect(QUIRKS[name].seen).toMatch(/ of 6/);
    }
  });
});
