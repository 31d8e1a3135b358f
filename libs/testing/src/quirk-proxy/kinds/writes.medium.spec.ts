import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREATE, Quirked, vcard } from "../../testing/quirked.js";
import { nth, on as picked, QUIRKS, startQuirkProxy } from "../index.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
afterAll(() => on?.stop());

const put = (text: string, headers: Record<string, string> = {}) =>
  on.ask("PUT", "a.vcf", { body: text, headers });
const etagOf = async () => String((await on.ask("GET", "a.vcf")).headers.etag);

describe("writes", () => {
  it("put-without-etag", async () => {
    await on.begin();
    expect((await put(vcard("a"))).headers.etag).toBeDefined();
    on.proxy.quirks = ["put-without-etag"];
    expect((await put(vcard("a", "NOTE:x"))).headers.etag).toBeUndefined();
    expect(await etagOf()).toMatch(/^"/);
  });

  it("create-overwrites", async () => {
    await on.begin();
    await put(vcard("a"));
    expect((await put(vcard("a", "NOTE:neu"), CREATE)).status).toBe(412);
    on.proxy.quirks = ["create-overwrites"];
    expect((await put(vcard("a", "NOTE:neu"), CREATE)).status).toBe(204);
    expect((await on.direct("GET", "a.vcf")).text).toContain("NOTE:neu");
    await on.ask("DELETE", "a.vcf");
    expect((await put(vcard("a"), CREATE)).status).toBe(201);
  });

  it("stale-delete-deletes", async () => {
    await on.begin();
    await put(vcard("a"));
    const stale = { headers: { "if-match": '"alt"' } };
    expect((await on.ask("DELETE", "a.vcf", stale)).status).toBe(412);
    on.proxy.quirks = ["stale-delete-deletes"];
    expect((await on.ask("DELETE", "a.vcf", stale)).status).toBe(200);
    expect((await on.direct("GET", "a.vcf")).status).toBe(404);
  });

  it("racing-updates-lost", async () => {
    const race = async () => {
      const headers = { "if-match": await etagOf() };
      const both = ["NOTE:eins", "NOTE:zwei"].map((note) =>
        put(vcard("a", note), headers),
      );
      const answers = await Promise.all(both);
      return answers.map(({ status }) => status).toSorted();
    };
    await on.begin();
    await put(vcard("a"));
    expect(await race()).toEqual([201, 412]);
    on.proxy.quirks = ["racing-updates-lost"];
    // On a busy machine the second one may look when the first one has written.
    let answers = await race();
    for (let round = 0; round < 20 && answers.includes(412); round += 1)
      answers = await race();
    expect(answers).toEqual([201, 201]);
    const stale = { "if-match": '"alt"' };
    expect((await put(vcard("a", "NOTE:drei"), stale)).status).toBe(412);
  });

  it("put-fails-inside", async () => {
    await on.begin(picked(nth(2, "PUT"), QUIRKS["put-fails-inside"]));
    expect((await put(vcard("a", "NOTE:eins"))).status).toBe(201);
    const second = await put(vcard("a", "NOTE:zwei"));
    expect(second.status).toBe(207);
    expect(second.text).toContain("quota-not-exceeded");
    expect((await on.direct("GET", "a.vcf")).text).toContain("NOTE:eins");
    expect((await put(vcard("a", "NOTE:drei"))).status).toBe(201);
  });

  it("updates-201-deletes-200", async () => {
    // Radicale does so by itself: a server that does as most is needed here.
    const most = createServer((request, response) => {
      response.writeHead(request.method === "GET" ? 200 : 204);
      response.end();
    });
    await new Promise<void>((done) => most.listen(0, "127.0.0.1", done));
    const { port } = most.address() as AddressInfo;
    const proxy = await startQuirkProxy({
      target: `http://127.0.0.1:${port}/`,
      quirks: ["updates-201-deletes-200"],
    });
    const status = async (method: string) =>
      (await fetch(`${proxy.url}a.vcf`, { method })).status;
    expect(await status("PUT")).toBe(201);
    expect(await status("DELETE")).toBe(200);
    expect(await status("GET")).toBe(200);
    await proxy.stop();
    most.closeAllConnections();
    await new Promise((done) => most.close(done));
  });
});

describe("ETags", () => {
  it("etag-repeats", async () => {
    const twice = async () => {
      const first = String((await put(vcard("a", "NOTE:eins"))).headers.etag);
      await on.ask("DELETE", "a.vcf", { headers: { "if-match": first } });
      const second = String((await put(vcard("a", "NOTE:zwei"))).headers.etag);
      return first === second;
    };
    await on.begin();
    expect(await twice()).toBe(false);
    await on.ask("DELETE", "a.vcf");
    on.proxy.quirks = ["etag-repeats"];
    expect(await twice()).toBe(true);
    expect(await etagOf()).toBe('"v1"');
    expect((await on.ask("PROPFIND", "", DEEP)).text).toContain('>"v1"<');
    const matching = { "if-match": '"v1"' };
    const changed = await put(vcard("a", "NOTE:drei"), matching);
    expect([changed.status, changed.headers.etag]).toEqual([201, '"v2"']);
    expect((await put(vcard("a", "NOTE:vier"), matching)).status).toBe(412);
  });

  it("identical-put-changes-etag", async () => {
    const twice = async () => {
      const first = String((await put(vcard("a"))).headers.etag);
      const second = await put(vcard("a"), { "if-match": first });
      expect(second.status).toBe(201);
      return first === second.headers.etag;
    };
    await on.begin();
    expect(await twice()).toBe(true);
    on.proxy.quirks = ["identical-put-changes-etag"];
    expect(await twice()).toBe(false);
    const shown = await etagOf();
    expect((await on.ask("PROPFIND", "", DEEP)).text).toContain(shown);
    expect((await put(vcard("a"), { "if-match": '"alt"' })).status).toBe(412);
  });
});

const DEEP = { headers: { depth: "1" } };
