import { expect, it } from "vitest";
import { basicAuthorization } from "./dav-collections.js";
import { startXandikos, xandikosAvailable } from "./xandikos.js";

const CARD =
  "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Groß\r\nN:Groß;;;;\r\nEND:VCARD\r\n";

it.skipIf(!xandikosAvailable())(
  "startXandikos: cards outlive a crash (skipped without Debian's package xandikos)",
  async () => {
    const xandikos = await startXandikos({ user: "anna" });
    const headers = {
      authorization: basicAuthorization({ username: "anna", password: "x" }),
      "content-type": "text/vcard",
    };
    try {
      const card = new URL("1.vcf", xandikos.addressBook);
      const put = await fetch(card, { method: "PUT", headers, body: CARD });
      expect(put.status).toBe(201);
      await xandikos.kill9();
      await xandikos.restart();
      const read = await fetch(card, { headers });
      expect(await read.text()).toContain("FN:Groß");
      const calendar = await fetch(xandikos.calendar, {
        method: "PROPFIND",
        headers: { ...headers, depth: "0" },
      });
      expect(calendar.status).toBe(207);
    } finally {
      await xandikos.stop();
    }
    await expect(fetch(xandikos.url)).rejects.toThrow("fetch failed");
  },
);
