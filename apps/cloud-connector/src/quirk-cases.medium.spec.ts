import { everyNth, on, type QuirkName, QUIRKS } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  contact,
  type QuirkAccount,
  QuirkWorld,
  type Start,
  visit,
} from "./testing/quirk-world.js";
import { OWN_CASE } from "./testing/quirk-ways.js";

let world: QuirkWorld;
let own: QuirkAccount;
const open: QuirkAccount[] = [];
beforeAll(async () => {
  world = await QuirkWorld.start(20);
});
const acted = new Set<string>();
afterEach(async () => {
  for (const name of Object.keys(world.proxy.hits.byName)) acted.add(name);
  for (const account of open.splice(0)) await account.close();
});
afterAll(() => world?.stop());

const begin = (start: Start = {}) => {
  own = world.account(start);
  open.push(own);
  own.commit([contact("1"), contact("2"), visit("1")]);
};
const aside = (kind: "contacts" | "appointments" = "contacts") =>
  own.state.stream(own.key.accountId, kind).setAside;
const DAY_MS = 24 * 60 * 60 * 1_000;
const NOTHING = { writes: 0, created: 0 };
const hits = (quirk: QuirkName): number => world.proxy.hits.of(quirk);

describe("a PUT that is refused inside its 207", () => {
  it("sets the record aside with the reason, and it arrives once the server takes it", async () => {
    begin({ quirks: [on(everyNth(3, "PUT"), QUIRKS["put-fails-inside"])] });
    own.commit(["3", "4", "5", "6"].map((id) => contact(id)));
    const [first] = await own.settle();
    expect(first?.counts).toMatchObject({ created: 5, setAside: 2 });
    const kept = [...aside(), ...aside("appointments")];
    expect(kept.map(({ code }) => code)).toEqual(["rejected", "rejected"]);
    expect(kept[0]?.message).toContain("storage is full");
    expect(hits("put-fails-inside")).toBe(2);
    expect((await own.facts()).length).toBe(5);

    world.proxy.quirks = [];
    await own.clock.advance(DAY_MS);
    await own.settle();
    expect((await own.facts()).length).toBe(7);
    expect([...aside(), ...aside("appointments")]).toEqual([]);
    expect(await own.again()).toEqual(NOTHING);
  });
});

describe("a server that wants Digest", () => {
  it("is named to the user as what it is", async () => {
    begin({ quirks: ["digest-only"] });
    expect(await own.run()).toMatchObject({
      outcome: "auth",
      message: expect.stringMatching(/only Digest logins.*allow Basic/),
    });
    expect(own.state.account(own.key.accountId).summary?.health).toBe(
      "needs-login",
    );
    expect(hits("digest-only")).toBeGreaterThan(0);
  });
});

describe("our UID in an item of somebody else", () => {
  /** The user has copied the card, and what we made is gone. */
  const copied = async (start: Start) => {
    begin();
    await own.settle();
    const href = own.hrefOf("contacts", "1");
    const { text } = await own.raw("GET", href);
    const copy = own.pathOf("contacts", "Kopie.vcf");
    await own.raw("DELETE", href);
    expect((await own.raw("PUT", copy, { body: text })).status).toBe(201);
    world.proxy.quirks = start.quirks ?? [];
    own.commit([contact("1", { city: "Görlitz" }), contact("3")]);
    await own.settle();
    expect((await own.raw("GET", copy)).text).toBe(text);
    return href;
  };

  it.each([
    "duplicate-uid-409",
    "duplicate-uid-403",
    "duplicate-uid-207",
  ] as const)(
    "%s: the record is set aside with what to do, the rest goes on",
    async (quirk) => {
      const href = await copied({ quirks: [quirk] });
      expect(hits(quirk)).toBeGreaterThan(0);
      expect(aside()).toEqual([
        expect.objectContaining({
          code: "rejected",
          message: expect.stringContaining("same UID"),
        }),
      ]);
      expect((await own.raw("GET", href)).status).toBe(404);
      expect((await own.stored("contacts")).size).toBe(3);
      // The user does what the message says.
      await own.raw("DELETE", own.pathOf("contacts", "Kopie.vcf"));
      await own.clock.advance(DAY_MS);
      await own.settle();
      expect((await own.raw("GET", href)).text).toContain("Görlitz");
      expect(aside()).toEqual([]);
      expect(await own.again()).toEqual(NOTHING);
    },
  );

  it("duplicate-uid-accepted: ours is made, the other one stays as it is", async () => {
    const href = await copied({ quirks: ["duplicate-uid-accepted"] });
    expect(hits("duplicate-uid-accepted")).toBe(1);
    expect(aside()).toEqual([]);
    expect((await own.raw("GET", href)).text).toContain("Görlitz");
    expect((await own.stored("contacts")).size).toBe(4);
    expect(await own.again()).toEqual(NOTHING);
  });
});

describe("an item that was deleted and made again there under the same ETag", () => {
  it("keeps what was put there, and gets what changes in ams", async () => {
    begin({ quirks: ["etag-repeats"] });
    await own.settle();
    const href = own.hrefOf("contacts", "1");
    const through = world.proxy;
    const { text } = await own.raw("GET", href, {}, through);
    await own.raw("DELETE", href, {}, through);
    const body = text
      .replace("Köln", "Bonn")
      .replace("END:VCARD", "NOTE:Mag Tee\r\nEND:VCARD");
    await own.raw("PUT", href, { body }, through);
    expect(hits("etag-repeats")).toBeGreaterThan(0);
    own.commit([contact("1", { mobile: "+49 170 99" })]);
    await own.settle();
    const after = (await own.raw("GET", href)).text;
    for (const fact of ["Bonn", "NOTE:Mag Tee", "+49 170 99"])
      expect(after).toContain(fact);
    expect(after).not.toContain("+49 170 1\r");
    expect(await own.again()).toEqual(NOTHING);
  });
});

describe("a person who attends", () => {
  it("stays with what the server added to it", async () => {
    begin({ quirks: ["stored-with-schedule-status"] });
    await own.settle();
    const href = own.hrefOf("appointments", "1");
    const { text } = await own.raw("GET", href);
    const body = text.replace(
      "END:VEVENT",
      "ATTENDEE;CN=Käthe:mailto:kaethe@example.org\r\nEND:VEVENT",
    );
    expect((await own.raw("PUT", href, { body })).status).toBe(201);
    own.commit([visit("1", { remark: "Unterlagen" })]);
    await own.settle();
    const after = (await own.raw("GET", href)).text.replace(/\r\n /g, "");
    expect(after).toContain("Unterlagen");
    expect(after).toMatch(/^ATTENDEE;.*SCHEDULE-STATUS=1\.1/m);
    expect(hits("stored-with-schedule-status")).toBeGreaterThan(0);
    expect(await own.again()).toEqual(NOTHING);
  });
});

describe("a person who saves again what is there", () => {
  it("causes no write where that changes the ETag", async () => {
    begin({ quirks: ["identical-put-changes-etag"] });
    await own.settle();
    const href = own.hrefOf("contacts", "1");
    const { text } = await own.raw("GET", href, {}, world.proxy);
    await own.raw("PUT", href, { body: text }, world.proxy);
    expect(hits("identical-put-changes-etag")).toBeGreaterThan(0);
    expect(await own.again()).toEqual(NOTHING);
    own.commit([contact("1", { city: "Görlitz" })]);
    await own.settle();
    expect((await own.raw("GET", href)).text).toContain("Görlitz");
    expect(await own.again()).toEqual(NOTHING);
  });
});

describe("what a person's program makes of our card", () => {
  const LABEL = "item1.X-ABLABEL:Büro";

  it.each([
    [
      "stored-groups-upper",
      (text: string) =>
        text.replace("END:VCARD", `item1.TEL:0351 1\r\n${LABEL}\r\nEND:VCARD`),
      /^ITEM1\.X-ABLABEL:Büro/m,
    ],
    [
      "stored-as-vcard-3",
      (text: string) =>
        text
          .replace(/VERSION:3\.0/, "VERSION:4.0")
          .replace("END:VCARD", "GENDER:F\r\nEND:VCARD"),
      /^X-GENDER:F/m,
    ],
  ] as const)(
    "%s: stays, with what changes in ams",
    async (quirk, made, kept) => {
      begin({ quirks: [quirk] });
      await own.settle();
      const href = own.hrefOf("contacts", "1");
      const { text } = await own.raw("GET", href, {}, world.proxy);
      const body = made(text);
      expect(body).not.toBe(text);
      await own.raw("PUT", href, { body }, world.proxy);
      own.commit([contact("1", { city: "Görlitz" })]);
      await own.settle();
      const after = (await own.raw("GET", href)).text;
      expect(after).toContain("Görlitz");
      expect(after).toMatch(kept);
      expect(hits(quirk)).toBeGreaterThan(0);
      expect(await own.again()).toEqual(NOTHING);
    },
  );
});

it("has let every quirk act that needs a case of its own", () => {
  expect(OWN_CASE.filter((name) => !acted.has(name))).toEqual([]);
});
