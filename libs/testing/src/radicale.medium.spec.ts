import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { radicaleAvailable, startRadicale, type Radicale } from "./radicale.js";

describe.skipIf(!radicaleAvailable())(
  "startRadicale (skipped without Debian's package radicale)",
  () => {
    let radicale: Radicale;
    const ask = (
      method: string,
      path: string,
      user?: string,
      body?: string,
    ): Promise<Response> =>
      fetch(new URL(path, radicale.url), {
        method,
        headers: {
          depth: "0",
          ...(user !== undefined && {
            authorization: `Basic ${Buffer.from(user).toString("base64")}`,
          }),
        },
        ...(body !== undefined && { body }),
      });

    beforeAll(async () => {
      radicale = await startRadicale({
        users: [
          { name: "jürgen", password: "geheim:ß" },
          { name: "anna", password: "anders" },
        ],
      });
    });
    afterAll(() => radicale.stop());

    it("knows its users and no others", async () => {
      expect((await ask("PROPFIND", "/jürgen/")).status).toBe(401);
      expect((await ask("PROPFIND", "/jürgen/", "jürgen:falsch")).status).toBe(
        401,
      );
      expect(
        (await ask("PROPFIND", "/jürgen/", "jürgen:geheim:ß")).status,
      ).toBe(207);
    });

    it("shows nobody another one's collections", async () => {
      expect((await ask("PROPFIND", "/jürgen/", "anna:anders")).status).toBe(
        403,
      );
    });

    it("keeps what was put there over a crash", async () => {
      const me = "anna:anders";
      const card =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Groß\r\nN:Groß;;;;\r\nEND:VCARD\r\n";
      expect(
        (
          await ask(
            "MKCOL",
            "/anna/kontakte/",
            me,
            `<mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></mkcol>`,
          )
        ).status,
      ).toBe(201);
      expect((await ask("PUT", "/anna/kontakte/1.vcf", me, card)).status).toBe(
        201,
      );
      await radicale.kill9();
      await expect(ask("GET", "/anna/kontakte/1.vcf", me)).rejects.toThrow();
      await radicale.restart();
      const read = await ask("GET", "/anna/kontakte/1.vcf", me);
      expect(await read.text()).toContain("FN:Groß");
    });

    // More than the eight that Radicale allows by default.
    it("serves many connections at once", async () => {
      const answers = await Promise.all(
        Array.from({ length: 12 }, () =>
          ask("PROPFIND", "/anna/", "anna:anders"),
        ),
      );
      expect(answers.every(({ status }) => status === 207)).toBe(true);
    });
  },
);
