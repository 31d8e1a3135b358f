import { customer } from "@ams-sync/connector-kit/memory";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DAV_SITES, type DavSite } from "./testing/dav-sites.js";
import { foreignCard } from "./testing/foreign-items.js";
import type { InwardAccount } from "./testing/inward-account.js";

/** Birthdays without a year, which phones offer and ams cannot hold, from server to ams and back. */

const DAY = "1980-02-29";
const FITS = "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29";
const OTHER = "BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-29";

const anna = (values: object = {}) =>
  customer(
    "1",
    {
      ...{ firstName: "Änne", lastName: "Groß", birthDate: DAY },
      ...{ email: "aenne@example.org", ...values },
    },
    0,
  );
const ANNA = ["FN:Änne Groß", "N:Groß;Änne;;;", "EMAIL:aenne@example.org"];

const [radicale] = DAV_SITES;
describe
  .skipIf(!radicale?.available())
  .each(["ams-wins", "remote-wins"] as const)(
  "a birthday without a year, under %s",
  (policy) => {
    let site: DavSite | undefined;
    let account: InwardAccount;

    beforeAll(async () => {
      site = await radicale?.start();
    });
    afterEach(() => account.close());
    afterAll(() => site?.stop());

    const begin = async (...records: ReturnType<typeof anna>[]) => {
      if (!site) throw new Error("There is no server.");
      account = site.newAccount();
      account.options = { ...account.options, policy };
      account.commit(records);
      await account.settle();
    };
    const aside = () => account.stream("contacts").setAside;
    const birthdayIn = async (url: string) =>
      /^BDAY.*$/m.exec((await account.get(url)) ?? "")?.[0].trim();
    /** However often everything is looked over again, nothing is written anywhere. */
    const atRest = async () => {
      const before = account.received.length;
      for (let time = 0; time < 3; time += 1) {
        account.lookOverAll();
        if (time === 1)
          account.stream("contacts").remoteToken = "http://x.example/ns/sync/0";
        for (const { counts } of await account.settle())
          expect(counts).toMatchObject({
            ...{ created: 0, updated: 0, deleted: 0, imported: 0, taken: 0 },
          });
      }
      expect(account.received).toHaveLength(before);
      expect(aside()).toEqual([]);
    };

    it("stands for the date in ams, also when ams changes something else", async () => {
      await begin(anna());
      const at = account.at("contacts", "1");
      await account.edit(at, (text) => text.replace(/^BDAY.*$/m, FITS));
      await account.poll();
      await atRest();
      account.commit([anna({ city: "Ulm" })]);
      await account.poll();
      expect(await account.get(at)).toContain("Ulm");
      expect(await birthdayIn(at)).toBe(FITS);
      expect(account.received).toEqual([]);
      await atRest();
    });

    it("that is another day is named, and nothing comes of it on either side", async () => {
      await begin(anna());
      const at = account.at("contacts", "1");
      await account.edit(at, (text) => text.replace(/^BDAY.*$/m, OTHER));
      for (const city of ["Ulm", "Köln"]) {
        account.commit([anna({ city })]);
        await account.poll();
        expect(account.values("contacts", "1")["birthDate"]).toBe(DAY);
        expect(await birthdayIn(at)).toBe(OTHER);
        expect(await account.get(at)).toContain(city);
        expect(new Set(aside().map(({ code }) => code))).toEqual(
          new Set(["impossible-date"]),
        );
      }
      expect(account.received).toEqual([]);
      // Corrected there, all is well.
      await account.edit(at, (text) => text.replace(/^BDAY.*$/m, FITS));
      await account.poll();
      await atRest();
    });

    it("of a new contact is none in ams, and stays when ams learns of the year", async () => {
      await begin();
      const at = account.named("contacts", "neu.vcf");
      await account.put(
        at,
        foreignCard("neu", ...ANNA, FITS, "CATEGORIES:Kunde"),
      );
      await account.poll();
      const [made] = account.ams.records.values();
      if (made?.kind !== "customer") throw new Error("Nothing was made.");
      expect(made.values["birthDate"] ?? undefined).toBeUndefined();
      await atRest();
      account.commit([{ ...made, values: { ...made.values, birthDate: DAY } }]);
      await account.poll();
      expect(await birthdayIn(at)).toBe(FITS);
      expect(account.values("contacts", made.id)["birthDate"]).toBe(DAY);
      await atRest();
    });

    it("of somebody whom ams knows leaves the date there as it is", async () => {
      await begin();
      const at = account.named("contacts", "alt.vcf");
      await account.put(at, foreignCard("alt", ...ANNA, FITS));
      account.commit([anna()]);
      await account.poll();
      expect(account.stream("contacts").links.get("customer/1")?.origin).toBe(
        "adopted",
      );
      expect(account.values("contacts", "1")["birthDate"]).toBe(DAY);
      expect(await birthdayIn(at)).toBe(FITS);
      await atRest();
    });
  },
);
