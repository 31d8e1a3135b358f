import { appointment, customer } from "@ams-sync/connector-kit/memory";
import ICAL from "ical.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DAV_SITES, type DavSite } from "./testing/dav-sites.js";
import { foreignCard, foreignEvent } from "./testing/foreign-items.js";
import type { InwardAccount } from "./testing/inward-account.js";

const OLD = "CREATED:20200101T080000Z";
/** The account's clock stands in March 2024. */
const NEW = "CREATED:20250101T080000Z";

const put = (account: InwardAccount, uid: string, ...lines: string[]) =>
  account.put(
    account.named("appointments", `${uid}.ics`),
    foreignEvent(uid, ...lines),
  );
const reasons = ({ ams }: InwardAccount) =>
  [...ams.made.values()].map(({ fields }) => fields["reason"]).toSorted();

/** All properties of all components as another parser finds them, but for those named; in no order. */
const properties = (text: string, without: readonly string[]): string[] => {
  const all = (component: ICAL.Component): string[] => [
    ...component
      .getAllProperties()
      .filter(({ name }) => !without.includes(name))
      .map((one) => `${component.name} ${JSON.stringify(one.toJSON())}`),
    ...component.getAllSubcomponents().flatMap(all),
  ];
  return all(new ICAL.Component(ICAL.parse(text))).toSorted();
};
/** Written by us, or by the server for itself. */
const STAMPS = ["rev", "dtstamp", "last-modified", "sequence", "prodid"];

for (const { name, available, single, start } of DAV_SITES)
  describe.skipIf(!available())(`on ${name}`, () => {
    let site: DavSite;
    let account: InwardAccount;

    beforeAll(async () => {
      if (!single) site = await start();
    });
    afterEach(async () => {
      await account.close();
      if (single) await site.stop();
    });
    afterAll(() => (single ? undefined : site?.stop()));

    const begin = async () => {
      if (single) site = await start();
      account = site.newAccount();
      return account;
    };

    it("every event of the own calendar is the user's appointment, but a series", async () => {
      await begin();
      account.commit([
        customer("5", { lastName: "Übel", email: "kaethe@uebel.example" }, 0),
      ]);
      await account.settle();
      await put(
        account,
        "besuch",
        "SUMMARY:Besuch",
        OLD,
        "CLASS:PRIVATE",
        "ATTENDEE:mailto:kaethe@uebel.example",
      );
      await put(account, "kurs", "SUMMARY:Kurs", "RRULE:FREQ=WEEKLY;COUNT=3");
      await account.poll();
      expect(reasons(account)).toEqual(["Besuch"]);
      const [made] = account.ams.made.values();
      expect(made).toMatchObject({ kind: "appointment", customerId: "5" });
      expect(account.left("appointments")).toEqual({ "kurs.ics": "recurring" });
      const [report] = await account.poll();
      expect(report?.counts).toMatchObject({ imported: 0, updated: 0 });
      expect(account.records("appointments")).toBe(1);
      expect(
        await account.get(account.named("appointments", "kurs.ics")),
      ).toContain("RRULE");
    });

    it("what is cancelled there is lost there, and takes place again with the next change in ams", async () => {
      await begin();
      const values = { date: "2026-10-25", from: "10:00", to: "11:00" };
      account.commit([appointment("1", { ...values, reason: "Anfang" }, 0)]);
      await account.settle();
      const url = account.at("appointments", "1");
      await account.edit(url, (text) =>
        text
          .replace("END:VEVENT", "LOCATION:Büro\r\nEND:VEVENT")
          .replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT")
          .replace("SUMMARY:Anfang", "SUMMARY:Abgesagt: Anfang"),
      );
      await put(account, "weg", "SUMMARY:Weg", NEW, "STATUS:CANCELLED");
      await account.poll();
      expect(account.received).toEqual([]);
      expect(reasons(account)).toEqual([]);
      expect(account.left("appointments")).toEqual({ "weg.ics": "cancelled" });
      const link = () => account.stream("appointments").links.values().next();
      expect(link().value).toMatchObject({ lost: "noticed" });
      await account.poll();
      expect(await account.get(url)).toContain("STATUS:CANCELLED");
      account.commit([appointment("1", { ...values, reason: "Ende" }, 0)]);
      await account.settle();
      const text = await account.get(url);
      expect(text).toContain("SUMMARY:Ende");
      expect(text).toContain("LOCATION:Büro");
      expect(text).not.toContain("STATUS:CANCELLED");
      expect(link().value).not.toHaveProperty("lost");
      const [report] = await account.poll();
      expect(report?.counts).toMatchObject({ imported: 0, updated: 0 });
    });

    it("the own calendar stays own where the user then chooses it", async () => {
      await begin();
      await account.settle();
      const { container = "" } = account.stream("appointments");
      const appointments = new URL(container, account.login.url).pathname;
      await put(account, "alt", "SUMMARY:Alt", OLD);
      await put(account, "geheim", "SUMMARY:Geheim", NEW, "CLASS:PRIVATE");
      account.choose({ containers: { appointments } });
      await account.settle();
      expect(reasons(account)).toEqual(["Alt", "Geheim"]);
      expect(account.left("appointments")).toEqual({});
    });

    // Xandikos makes no calendars but by the connector's way.
    it.skipIf(single)(
      "a calendar that was there before keeps what is older, and what is private",
      async () => {
        await begin();
        const calendar = await site.collection(account, "appointments");
        account.choose({ containers: { appointments: calendar } });
        const at = (uid: string) => new URL(`${uid}.ics`, calendar).href;
        await account.put(at("alt"), foreignEvent("alt", "SUMMARY:Alt", OLD));
        await account.settle();
        await account.put(at("neu"), foreignEvent("neu", "SUMMARY:Neu", NEW));
        await account.put(
          at("geheim"),
          foreignEvent("geheim", "SUMMARY:Geheim", NEW, "CLASS:CONFIDENTIAL"),
        );
        await account.poll();
        expect(reasons(account)).toEqual(["Neu"]);
        expect(account.left("appointments")).toEqual({
          "alt.ics": "before-connection",
          "geheim.ics": "private",
        });
      },
    );

    it("what ams does not know of an event survives changes from both sides", async () => {
      await begin();
      const values = { date: "2026-10-25", from: "10:00", to: "11:00" };
      account.commit([appointment("1", { ...values, reason: "Anfang" }, 0)]);
      await account.settle();
      const url = account.at("appointments", "1");
      await account.edit(url, (text) =>
        text
          .replace(
            "END:VEVENT",
            [
              'ATTENDEE;CN="Groß, Käthe";PARTSTAT=ACCEPTED:mailto:kaethe@example.org',
              "LOCATION:Büro; Zimmer 2",
              'X-VEREIN;X-P="a:b":Höhlenforscher\\, Görlitz',
              "BEGIN:VALARM",
              "ACTION:DISPLAY",
              "TRIGGER:-PT15M",
              "DESCRIPTION:Gleich",
              "END:VALARM",
              "END:VEVENT",
            ].join("\r\n"),
          )
          .replace("SUMMARY:Anfang", "SUMMARY:Mitte"),
      );
      const before = properties((await account.get(url)) ?? "", [
        ...STAMPS,
        "summary",
      ]);
      await account.poll();
      expect(account.received).toEqual([["reason"]]);
      account.commit([appointment("1", { ...values, reason: "Ende" }, 0)]);
      await account.settle();
      const after = (await account.get(url)) ?? "";
      expect(after).toContain("SUMMARY:Ende");
      expect(properties(after, [...STAMPS, "summary"])).toEqual(before);
    });

    it("what ams does not know of a card survives changes from both sides", async () => {
      await begin();
      await account.settle();
      const url = account.named("contacts", "neu.vcf");
      await account.put(
        url,
        foreignCard(
          "neu",
          "FN:Käthe Übel",
          "N:Übel;Käthe;;;",
          "item1.TEL;TYPE=CELL:+49 151 1",
          "item1.X-ABLabel:Auf Reisen",
          "TEL;TYPE=PAGER:+49 151 2",
          "CATEGORIES:Kunde,Kegeln",
          "NOTE:Mag Tee\\, grün",
          `PHOTO;ENCODING=b;TYPE=JPEG:${Buffer.alloc(600, "ä").toString("base64")}`,
          'X-VEREIN;X-P="a:b":Höhlenforscher',
        ),
      );
      await account.poll();
      const [[key = "", record] = []] = [...account.ams.records];
      if (record?.kind !== "customer") throw new Error("There is no customer.");
      const before = properties((await account.get(url)) ?? "", [
        ...STAMPS,
        "adr",
      ]);
      account.commit([
        { ...record, values: { ...record.values, city: "Görlitz" } },
      ]);
      await account.settle();
      const written = (await account.get(url)) ?? "";
      expect(written).toContain("Görlitz");
      expect(properties(written, [...STAMPS, "adr"])).toEqual(before);
      await account.edit(url, (text) => text.replace("+49 151 1", "+49 151 9"));
      await account.poll();
      expect(account.ams.records.get(key)?.values).toMatchObject({
        ...{ mobile: "+49 151 9", city: "Görlitz" },
      });
    });
  });
