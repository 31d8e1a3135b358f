import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  basicAuthorization,
  makeAddressBook,
  makeCalendar,
} from "./dav-collections.js";
import { davicalAvailable, startDavical, type Davical } from "./davical.js";
import { groupRuns } from "./process-group.js";

const jürgen = { username: "jürgen", password: "geheim:ß'" };
const anna = { username: "anna", password: "anders" };
const CARD =
  "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:1\r\nFN:Groß\r\nN:Groß;;;;\r\nEND:VCARD\r\n";

describe.skipIf(!davicalAvailable())(
  "startDavical (skipped without Debian's package davical)",
  () => {
    let davical: Davical;
    const ask = (
      method: string,
      url: string,
      login: { username: string; password: string },
      body?: string,
    ): Promise<Response> =>
      fetch(url, {
        method,
        headers: {
          depth: "0",
          authorization: basicAuthorization(login),
          ...(method === "PUT" && { "content-type": "text/vcard" }),
        },
        ...(body !== undefined && { body }),
      });

    beforeAll(async () => {
      davical = await startDavical({
        users: [jürgen, anna].map(({ username: name, password }) => ({
          name,
          password,
        })),
        workers: 3,
      });
    });
    afterAll(() => davical.stop());

    it("leads from its root to the user's principal", async () => {
      const known = new URL("/.well-known/carddav", davical.url).href;
      const answer = await fetch(known, { redirect: "manual" });
      const entry = new URL(answer.headers.get("location") ?? "", known).href;
      const principal = await ask(
        "PROPFIND",
        entry,
        jürgen,
        `<propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>`,
      );
      expect(await principal.text()).toContain(
        "<href>/caldav.php/j%C3%BCrgen/</href>",
      );
      const wrong = { ...jürgen, password: "falsch" };
      expect((await ask("PROPFIND", entry, wrong)).status).toBe(401);
    });

    it("keeps cards, and shows them to nobody else", async () => {
      const url = davical.collectionOf("jürgen", "kontakte");
      await makeAddressBook({ url, ...jürgen });
      await makeCalendar({
        url: davical.collectionOf("jürgen", "termine"),
        ...jürgen,
      });
      expect((await ask("PUT", `${url}1.vcf`, jürgen, CARD)).status).toBe(201);
      const read = await ask("GET", `${url}1.vcf`, jürgen);
      expect(await read.text()).toContain("FN:Groß");
      expect((await ask("GET", `${url}1.vcf`, anna)).status).toBe(403);
      expect((await ask("PUT", `${url}2.vcf`, anna, CARD)).status).toBe(403);
    });

    it("answers after a crash, and leaves no process behind", async () => {
      const group = davical.pid;
      expect(await groupRuns(group)).toBe(true);
      await davical.kill9();
      expect(await groupRuns(group)).toBe(false);
      await davical.restart();
      const card = `${davical.collectionOf("jürgen", "kontakte")}1.vcf`;
      expect((await ask("GET", card, jürgen)).status).toBe(200);
    });
  },
);
