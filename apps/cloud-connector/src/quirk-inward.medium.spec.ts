import type { QuirkName } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { foreignCard, foreignEvent, KAETHE } from "./testing/foreign-items.js";
import {
  contact,
  type QuirkAccount,
  QuirkWorld,
  visit,
} from "./testing/quirk-world.js";

/** Those that concern how changes are told, how items are read, and what a write answers. */
const CASES: readonly (readonly QuirkName[])[] = [
  [],
  ["no-sync-collection"],
  ["unknown-token-403"],
  ["unknown-token-full-list"],
  ["hrefs-upper"],
  ["hrefs-absolute", "multiget-absent-404"],
  ["put-without-etag", "stored-reordered", "stored-refolded"],
  ["connections-dropped", "stored-with-class"],
];

let world: QuirkWorld;
let account: QuirkAccount | undefined;
beforeAll(async () => {
  world = await QuirkWorld.start(CASES.length);
});
afterEach(() => account?.close());
afterAll(() => world?.stop());

describe("what comes in over a server with", () => {
  it.each(CASES.map((quirks) => [quirks.join(", ") || "no quirk", quirks]))(
    "%s",
    async (_name, quirks) => {
      const own = world.account({ quirks: quirks as readonly QuirkName[] });
      account = own;
      own.commit([contact("1"), contact("2"), visit("1")]);
      await own.settle();
      const put = async (path: string, body: string) => {
        const { status } = await own.raw("PUT", path, { body });
        expect(status).toBe(201);
      };
      const edit = async (path: string, from: string, to: string) => {
        const { text } = await own.raw("GET", path);
        expect(text).toContain(from);
        await put(path, text.replace(from, to));
      };
      await edit(own.hrefOf("contacts", "1"), "+49 170 1", "+49 151 77");
      await edit(own.hrefOf("contacts", "2"), "+49 170 2", "+49 151 88");
      const event = own.hrefOf("appointments", "1");
      await edit(event, "SUMMARY:Übergabe 1", "SUMMARY:Absage 1");
      const card = foreignCard("neu", ...KAETHE, "CATEGORIES:Kunde");
      await put(own.pathOf("contacts", "neu.vcf"), card);
      await put(
        own.pathOf("appointments", "neu.ics"),
        foreignEvent("neu", "SUMMARY:Besuch"),
      );
      // The second one changes in ams, too: one write, and no other.
      const written = await own.writesOf(() => {
        own.commit([contact("2", { city: "Görlitz" })]);
        own.lookOverAll();
      });
      expect(written).toEqual({ writes: 1, created: 0 });

      const values = (key: string) => own.ams.records.get(key)?.values;
      expect(values("customer/1")).toMatchObject({ mobile: "+49 151 77" });
      expect(values("customer/2")).toMatchObject({
        ...{ mobile: "+49 151 88", city: "Görlitz" },
      });
      expect(values("appointment/1")?.["reason" as never]).toContain("Absage");
      expect(own.ams.made.size).toBe(2);
      const second = await own.raw("GET", own.hrefOf("contacts", "2"));
      expect(second.text).toContain("Görlitz");
      expect(second.text).toContain("+49 151 88");

      for (const kind of ["contacts", "appointments"] as const)
        own.state.forget(own.key.accountId, kind);
      expect(await own.again()).toEqual({ writes: 0, created: 0 });
      expect(own.ams.records.size).toBe(5);
      expect((await own.facts()).length).toBe(5);
    },
  );
});
