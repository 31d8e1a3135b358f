import { everyNth, on, QUIRKS } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  contact,
  type QuirkAccount,
  QuirkWorld,
  type Start,
  visit,
} from "./testing/quirk-world.js";

let world: QuirkWorld;
let own: QuirkAccount;
beforeAll(async () => {
  world = await QuirkWorld.start(20);
});
afterEach(() => own.close());
afterAll(() => world?.stop());

const begin = (start: Start = {}) => {
  own = world.account(start);
  own.commit([contact("1"), contact("2"), visit("1")]);
};
const aside = (kind: "contacts" | "appointments" = "contacts") =>
  own.state.stream(own.key.accountId, kind).setAside;
const DAY_MS = 24 * 60 * 60 * 1_000;
const NOTHING = { writes: 0, created: 0 };

describe("a PUT that is refused inside its 207", () => {
  it("sets the record aside with the reason, and it arrives once the server takes it", async () => {
    begin({ quirks: [on(everyNth(3, "PUT"), QUIRKS["put-fails-inside"])] });
    own.commit(["3", "4", "5", "6"].map((id) => contact(id)));
    const [first] = await own.settle();
    expect(first?.counts).toMatchObject({ created: 5, setAside: 2 });
    const kept = [...aside(), ...aside("appointments")];
    expect(kept.map(({ code }) => code)).toEqual(["rejected", "rejected"]);
    expect(kept[0]?.message).toContain("storage is full");
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
    expect(await own.again()).toEqual(NOTHING);
  });
});
