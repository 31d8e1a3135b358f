import { Client } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CREATE, Quirked, vcard } from "../testing/quirked.js";
import {
  every,
  everyNth,
  FAULTS,
  first,
  isCreate,
  isUpdate,
  nth,
  on as picked,
} from "./index.js";

let on: Quirked;
beforeAll(async () => {
  on = await Quirked.start();
});
afterAll(() => on?.stop());

const put = (text = vcard("a"), headers = {}) =>
  on.ask("PUT", "a.vcf", { body: text, headers });
const there = async () => (await on.direct("GET", "a.vcf")).status === 200;

describe("faults", () => {
  it("reset: nothing is carried out", async () => {
    await on.begin(FAULTS.reset());
    await expect(put()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await there()).toBe(false);
  });

  it("slow and late", async () => {
    await on.begin(picked(every("PUT"), FAULTS.slow(400)));
    const begun = performance.now();
    const answer = put();
    await expect.poll(there).toBe(true);
    expect(performance.now() - begun).toBeLessThan(400);
    expect((await answer).status).toBe(201);
    expect(performance.now() - begun).toBeGreaterThan(399);

    on.proxy.quirks = [picked(every("DELETE"), FAULTS.late(400))];
    const client = new Client(new URL(on.proxy.url).origin);
    const { authorization } = on;
    await expect(
      client.request({
        ...{ method: "DELETE", path: `${on.book}a.vcf` },
        headers: { authorization },
        signal: AbortSignal.timeout(100),
      }),
    ).rejects.toThrow();
    expect(await there()).toBe(true);
    // Carried out although nobody waits any more.
    await expect.poll(there, { timeout: 3_000 }).toBe(false);
    await client.close();
  });

  it("trickled and cut", async () => {
    await on.begin();
    await put(vcard("a", `NOTE:${"ü".repeat(500)}`));
    const { text } = await on.ask("GET", "a.vcf");
    on.proxy.quirks = [FAULTS.trickled(10)];
    const begun = performance.now();
    expect((await on.ask("GET", "a.vcf")).text).toBe(text);
    expect(performance.now() - begun).toBeGreaterThan(150);
    on.proxy.quirks = [FAULTS.cut()];
    await expect(on.ask("GET", "a.vcf")).rejects.toThrow();
  });

  it("fails and busy", async () => {
    await on.begin(FAULTS.fails(500));
    expect((await put()).status).toBe(500);
    on.proxy.quirks = [FAULTS.busy("7")];
    const busy = await put();
    expect([busy.status, busy.headers["retry-after"]]).toEqual([503, "7"]);
    expect(await there()).toBe(false);
  });

  it("answerLost: it is carried out", async () => {
    await on.begin(picked(nth(1, "PUT"), FAULTS.answerLost()));
    await expect(put()).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
    expect(await there()).toBe(true);
    expect((await put(vcard("a", "NOTE:neu"))).status).toBe(201);
  });

  it("connections-dropped and digest-only", async () => {
    await on.begin("connections-dropped");
    const client = new Client(new URL(on.proxy.url).origin);
    const { authorization } = on;
    const ask = async () => {
      const { statusCode, body } = await client.request({
        ...{ method: "PROPFIND", path: on.book, headers: { authorization } },
      });
      await body.dump();
      return statusCode;
    };
    expect(await ask()).toBe(207);
    await expect(ask()).rejects.toMatchObject({ code: "UND_ERR_SOCKET" });
    expect(await ask()).toBe(207);
    await client.close();
    on.proxy.quirks = ["digest-only"];
    const refused = await on.ask("PROPFIND", "");
    expect(refused.status).toBe(401);
    expect(refused.headers["www-authenticate"]).toMatch(/^Digest /);
  });
});

describe("picks", () => {
  const struck = async (count: number): Promise<boolean[]> => {
    const results: boolean[] = [];
    for (let n = 0; n < count; n += 1)
      results.push((await put()).status === 500);
    return results;
  };

  it("strike the requests that they name", async () => {
    await on.begin(picked(nth(2, "PUT"), FAULTS.fails()));
    expect(await struck(4)).toEqual([false, true, false, false]);
    on.proxy.quirks = [picked(everyNth(2, "PUT"), FAULTS.fails())];
    expect(await struck(4)).toEqual([false, true, false, true]);
    on.proxy.quirks = [picked(first(2, "PUT", 1), FAULTS.fails())];
    expect(await struck(4)).toEqual([false, true, true, false]);
    on.proxy.quirks = [picked(every(isCreate), FAULTS.fails())];
    expect((await put(vcard("a"), CREATE)).status).toBe(500);
    expect((await put()).status).toBe(201);
    on.proxy.quirks = [picked(every(isUpdate), FAULTS.fails())];
    expect((await put()).status).toBe(500);
  });
});
