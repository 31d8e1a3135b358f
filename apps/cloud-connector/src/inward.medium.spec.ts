import { appointment, customer } from "@ams-sync/connector-kit/memory";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DAV_SITES, type DavSite } from "./testing/dav-sites.js";
import { foreignCard, foreignEvent, KAETHE } from "./testing/foreign-items.js";
import type { InwardAccount } from "./testing/inward-account.js";

const anna = (values: object = {}) =>
  customer(
    "1",
    {
      ...{ firstName: "Änne", lastName: "Müller-Lüdenscheidt", city: "Köln" },
      ...{ mobile: "+49 170 1", email: "aenne@example.org", ...values },
    },
    0,
  );
const visit = (values: object = {}) =>
  appointment(
    "1",
    {
      ...{ date: "2026-10-25", from: "02:30", to: "03:15" },
      ...{ reason: "Übergabe", remark: "Unterlagen", ...values },
    },
    0,
  );
const number = (text: string) => text.replace("+49 170 1", "+49 170 99");

for (const { name, available, single, start } of DAV_SITES)
  describe.skipIf(!available())(`what changes on ${name}`, () => {
    let site: DavSite | undefined;
    let account: InwardAccount;
    const sites: DavSite[] = [];

    beforeAll(async () => {
      if (!single) site = await start();
    });
    afterEach(async () => {
      await account.close();
      for (const one of sites.splice(0)) await one.stop();
    });
    afterAll(() => site?.stop());

    const newAccount = async () => {
      const at = site ?? (await start());
      if (!site) sites.push(at);
      account = at.newAccount();
      return account;
    };

    /** A further look over everything changes nothing anywhere, and costs one question per collection. */
    const atRest = async () => {
      const before = account.received.length;
      const [report] = await account.poll();
      expect(report?.counts).toMatchObject({
        ...{ created: 0, updated: 0, deleted: 0, imported: 0, taken: 0 },
        remoteRequests: 2,
      });
      expect(account.received.length).toBe(before);
    };

    const both = async () => {
      await newAccount();
      account.commit([anna(), visit()]);
      await account.settle();
    };

    it("arrives in ams as the one field that it is", async () => {
      await both();
      await account.edit(account.at("contacts", "1"), number);
      await account.edit(account.at("appointments", "1"), (text) =>
        text.replace("SUMMARY:Übergabe", "SUMMARY:Absage"),
      );
      const [report] = await account.poll();
      expect(report?.counts).toMatchObject({ taken: 2, updated: 0 });
      expect(account.received.toSorted()).toEqual([["mobile"], ["reason"]]);
      expect(account.values("contacts", "1")).toMatchObject({
        mobile: "+49 170 99",
        city: "Köln",
      });
      expect(account.values("appointments", "1")["reason"]).toBe("Absage");
      // Capture has told of both by now.
      await atRest();
    });

    it("joins what changed in ams meanwhile", async () => {
      await both();
      await account.edit(account.at("contacts", "1"), number);
      account.commit([anna({ city: "Ulm" })]);
      await account.poll();
      expect(account.received).toEqual([["mobile"]]);
      expect(account.values("contacts", "1")).toMatchObject({
        mobile: "+49 170 99",
        city: "Ulm",
      });
      const card = await account.get(account.at("contacts", "1"));
      expect(card).toContain("+49 170 99");
      expect(card).toContain("Ulm");
      expect(account.stream("contacts").conflicts).toEqual([]);
      await atRest();
    });

    it.each(["ams-wins", "remote-wins"] as const)(
      "in the very field that changed in ams is decided, and journaled: %s",
      async (policy) => {
        await both();
        account.options = { ...account.options, policy };
        await account.edit(account.at("contacts", "1"), number);
        account.commit([anna({ mobile: "+49 170 7" })]);
        await account.poll();
        const winner = policy === "ams-wins" ? "+49 170 7" : "+49 170 99";
        expect(account.values("contacts", "1")["mobile"]).toBe(winner);
        const card = await account.get(account.at("contacts", "1"));
        expect(card).toContain(winner);
        expect(account.stream("contacts").conflicts).toMatchObject([
          {
            recordId: "1",
            conflict: {
              ...{ field: "mobile", ams: "+49 170 7" },
              remote: "+49 170 99",
            },
          },
        ]);
        await atRest();
      },
    );

    it("and is new becomes a customer by its category only, and is kept whole", async () => {
      await both();
      const put = (file: string, ...lines: readonly string[]) =>
        account.put(
          account.named("contacts", `${file}.vcf`),
          foreignCard(file, ...lines),
        );
      await put("neu", ...KAETHE, "CATEGORIES:Verein,KUNDE", "NOTE:Mag Tee");
      await put(
        "frage",
        "FN:Jost Groß",
        "N:Groß;Jost;;;",
        "CATEGORIES:Interessent",
      );
      await put("privat", "FN:Oma", "N:Groß;Oma;;;");
      await account.poll();
      expect(account.records("contacts")).toBe(3);
      expect(
        [...account.ams.made.values()].map((made) => ({
          ...(made.kind === "customer" && { status: made.status }),
          lastName: made.fields["lastName"],
        })),
      ).toEqual(
        expect.arrayContaining([
          { status: "customer", lastName: "Übel" },
          { status: "prospect", lastName: "Groß" },
        ]),
      );
      expect(account.left("contacts")).toEqual({ "privat.vcf": "no-category" });
      await atRest();

      const links = [...account.stream("contacts").links.values()];
      const made = links.find(({ itemId }) => itemId.endsWith("/neu.vcf"));
      expect(made?.origin).toBe("imported");
      const record = account.ams.records.get(`customer/${made?.recordId}`);
      if (record?.kind !== "customer") throw new Error("There is no customer.");
      account.commit([
        { ...record, values: { ...record.values, city: "Görlitz" } },
      ]);
      await account.settle();
      const card = await account.get(account.named("contacts", "neu.vcf"));
      expect(card).toContain("Görlitz");
      expect(card).toContain("Mag Tee");
      expect(card).toContain("KUNDE");
      expect(await account.count("contacts")).toBe(4);
      await atRest();
    });

    it("and is somebody's whom ams knows is taken over, not doubled", async () => {
      await newAccount();
      await account.settle();
      await account.put(
        account.named("contacts", "alt.vcf"),
        foreignCard(
          "alt",
          "FN:Änne Müller-Lüdenscheidt",
          "N:Müller-Lüdenscheidt;Änne;;;",
          "EMAIL:Aenne@Example.org",
          "NOTE:Kegeln",
        ),
      );
      account.commit([anna()]);
      await account.poll();
      expect(await account.count("contacts")).toBe(1);
      expect(account.records("contacts")).toBe(1);
      expect(account.stream("contacts").links.get("customer/1")?.origin).toBe(
        "adopted",
      );
      const card = await account.get(account.named("contacts", "alt.vcf"));
      expect(card).toContain("+49 170 1");
      expect(card).toContain("Kegeln");
      await atRest();
    });

    it("and is deleted there stays in ams", async () => {
      await both();
      // Of what was made and deleted since the token, servers need not tell (RFC 6578 3.4): it is told by the next full look.
      await account.poll();
      await account.remove(account.at("contacts", "1"));
      await account.remove(account.at("appointments", "1"));
      await account.poll();
      expect(account.records("contacts")).toBe(1);
      expect(account.records("appointments")).toBe(1);
      expect(account.stream("contacts").links.get("customer/1")?.lost).toBe(
        "noticed",
      );
      account.commit([anna({ city: "Ulm" })]);
      await account.settle();
      expect(await account.count("contacts")).toBe(1);
      expect(await account.count("appointments")).toBe(0);
    });

    it("is found where the token is unknown, and nothing is doubled", async () => {
      await both();
      await account.edit(account.at("contacts", "1"), number);
      await account.put(
        account.named("contacts", "neu.vcf"),
        foreignCard("neu", ...KAETHE, "CATEGORIES:Kunde"),
      );
      for (const kind of ["contacts", "appointments"] as const)
        account.stream(kind).remoteToken = "http://unbekannt.example/ns/sync/0";
      await account.poll();
      expect(account.values("contacts", "1")["mobile"]).toBe("+49 170 99");
      expect(account.records("contacts")).toBe(2);
      expect(await account.count("contacts")).toBe(2);
      expect(await account.count("appointments")).toBe(1);
      await atRest();
    });

    it("is found when all was forgotten, and nothing is doubled", async () => {
      await both();
      await account.put(
        account.named("contacts", "neu.vcf"),
        foreignCard("neu", ...KAETHE, "CATEGORIES:Kunde"),
      );
      await account.put(
        account.named("appointments", "neu.ics"),
        foreignEvent("neu", "SUMMARY:Besuch"),
      );
      await account.poll();
      for (let time = 0; time < 2; time += 1) {
        for (const kind of ["contacts", "appointments"] as const)
          account.state.forget(account.key.accountId, kind);
        await account.settle();
        for (const kind of ["contacts", "appointments"] as const) {
          expect(account.records(kind)).toBe(2);
          expect(await account.count(kind)).toBe(2);
          expect(account.stream(kind).links.size).toBe(2);
        }
      }
      await atRest();
    });
  });
