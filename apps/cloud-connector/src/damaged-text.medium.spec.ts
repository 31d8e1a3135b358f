import { appointment, customer } from "@ams-sync/connector-kit/memory";
import { afterEach, describe, expect, it } from "vitest";
import { DAV_SITES, type DavSite } from "./testing/dav-sites.js";
import type { InwardAccount } from "./testing/inward-account.js";

const VISIT = { date: "2026-10-25", from: "10:00", to: "11:00" };
/** Letters that escapes use, signs that they protect, and a backslash of its own. */
const TEXTS = [
  String.raw`Ordner C:\neu\Texte`,
  String.raw`\\server\freigabe\alt; rot, grün \\ Ende\ `.trim(),
  String.raw`a\nb\,c\;d\\e`,
];

for (const { name, available, start } of DAV_SITES)
  describe.skipIf(!available())(`what ${name} makes of our texts`, () => {
    let site: DavSite;
    let account: InwardAccount;
    afterEach(async () => {
      await account.close();
      await site.stop();
    });

    it("never comes back into ams, whatever else is changed there", async () => {
      site = await start();
      account = site.newAccount();
      account.commit([
        ...TEXTS.map((reason, n) =>
          appointment(String(n), { ...VISIT, reason, remark: reason }, 0),
        ),
        ...TEXTS.map((street, n) =>
          customer(
            String(n),
            { lastName: `Groß ${n}`, street, profession: street },
            0,
          ),
        ),
      ]);
      await account.settle();
      await account.poll();
      for (const [n] of TEXTS.entries()) {
        const visit = account.at("appointments", String(n));
        await account.edit(visit, (text) =>
          text
            .replace(/(DTSTART[^\r\n]*T)100000/, "$1103000")
            .replace("END:VEVENT", "LOCATION:Ulm\r\nEND:VEVENT"),
        );
        const card = account.at("contacts", String(n));
        await account.edit(card, (text) =>
          text.replace("END:VCARD", "NICKNAME:Max\r\nEND:VCARD"),
        );
      }
      for (const look of [1, 2]) {
        if (look === 2) account.lookOverAll();
        await account.poll();
        for (const [n, text] of TEXTS.entries()) {
          expect(account.values("appointments", String(n))).toEqual({
            ...{ ...VISIT, from: "10:30", reason: text, remark: text },
          });
          expect(account.values("contacts", String(n))).toMatchObject({
            street: text,
            profession: text,
          });
        }
      }
    });
  });
