import { SYSTEMS } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { CAUSES, causesOf, type Standing } from "./causes.js";
import { digest } from "./digest.js";
import { letter } from "./letter.js";
import { addressOf } from "./mail-config.js";

describe("a letter", () => {
  const LINK = "https://ams.example/accounts/1";
  it("says in both languages, of every cause and system, what to do and where", () => {
    for (const cause of CAUSES)
      for (const system of SYSTEMS)
        for (const language of ["de", "en"] as const)
          for (const accountOf of [null, "Eva"]) {
            const to = { name: "Anna", language, accountOf };
            const { subject, text } = letter(cause, system, to, LINK);
            expect(subject).toMatch(/^ams: .{20,}/);
            expect(text).toContain(`:\n${LINK}\n`);
            expect(text.includes("Eva")).toBe(accountOf !== null);
            expect(subject + text).not.toMatch(/[{}]|undefined/);
            expect(text.includes("Guten Tag")).toBe(language === "de");
          }
  });

  it("lets no name make a line of its own, or another text", () => {
    const name = "Anna\r\nBcc: alle@makler.example\u2028{owner}";
    const to = { name, language: "de", accountOf: "$& {name}" } as const;
    const { text } = letter("held", "cloud", to, LINK);
    expect(text.split("\n")[0]).toBe(
      "Guten Tag Anna Bcc: alle@makler.example {owner},",
    );
    expect(text).toContain("Konto von $& {name} bei");
  });
});

describe("a letter about several accounts", () => {
  const ALL = "https://ams.example/accounts";
  const accounts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ owner: `Benutzer ${index + 10}`, system: "cloud" as const },
      ...{ kinds: ["contacts"] as const, link: `${ALL}/${index}` },
    }));

  it("names each, and says in both languages what it is about and where to look", () => {
    for (const cause of CAUSES)
      for (const language of ["de", "en"] as const) {
        const to = { name: "Anna", language };
        const { subject, text } = digest(cause, to, accounts(3), ALL);
        expect(subject).toMatch(/^ams: .*\b3\b.{6,}/);
        expect(text).toContain(
          "- Benutzer 10, ams Cloud\n- Benutzer 11, ams Cloud\n- Benutzer 12, ams Cloud\n",
        );
        expect(text).toContain(`:\n${ALL}\n`);
        expect(subject + text).not.toMatch(/[{}]|undefined/);
        expect(text.includes("Guten Tag")).toBe(language === "de");
      }
  });

  it("says of the reader's own which each is, in both languages, and where its page is", () => {
    for (const cause of CAUSES)
      for (const language of ["de", "en"] as const) {
        const own = accounts(2).map((one) => ({ ...one, owner: null }));
        const to = { name: "Anna", language };
        const { subject, text } = digest(cause, to, own, ALL);
        const kind = language === "de" ? "Kontakte" : "contacts";
        expect(text).toContain(
          `:\n- ams Cloud (${kind})\n  ${ALL}/0\n- ams Cloud (${kind})\n  ${ALL}/1\n`,
        );
        expect(subject + text).not.toMatch(/[{}]|undefined|null/);
        expect(text).not.toContain(`${ALL}\n`);
      }
  });

  it("lists so many that somebody reads them, and counts the rest", () => {
    const to = { name: "Anna", language: "de" as const };
    const { subject, text } = digest("no-success", to, accounts(1_250), ALL);
    expect(subject).toBe(
      "ams: Seit einem Tag keine Übertragung bei 1.250 Konten",
    );
    expect(text.match(/^- /gm)).toHaveLength(50);
    expect(text).toContain("\n… und 1.200 weitere\n");
  });

  it("is the letter about that account where it is one", () => {
    const to = { name: "Anna", language: "de" as const };
    const [only] = accounts(1);
    expect(digest("held", to, accounts(1), ALL)).toEqual(
      letter(
        ...(["held", "cloud"] as const),
        { ...to, accountOf: "Benutzer 10" },
        only?.link ?? "",
      ),
    );
  });
});

it.each([
  ["sync@hoster.example", "sync@hoster.example"],
  ["ams-sync <sync@hoster.example>", "sync@hoster.example"],
  ["a@b.example, c@d.example", undefined],
  ["ams-sync\r\nBcc: x@y.example <sync@hoster.example>", undefined],
  ["niemand", undefined],
])("the sender %j has the address %s", (from, address) => {
  expect(addressOf(from)).toBe(address);
});

describe("what an account needs somebody for", () => {
  const now = new Date("2026-11-23T12:00:00Z");
  const hoursAgo = (hours: number) =>
    new Date(now.getTime() - hours * 3_600_000);
  const stream = (held: number): Standing["streams"][number] => ({
    ...{ kind: "contacts", container: null, pending: 0, setAside: 0 },
    ...{
      links: 0,
      takenIn: true,
      held,
      heldAt: null,
      unlinked: 0,
      preview: null,
    },
  });
  const standing = (more: Partial<Standing>): Standing => ({
    ...{ health: "ok", lastSuccessAt: hoursAgo(1), knownAt: hoursAgo(99) },
    streams: [stream(0)],
    ...more,
  });
  it.each([
    ["nothing", {}, []],
    ["a login", { health: "needs-login" }, ["needs-login"]],
    [
      "a login, once",
      { health: "needs-login", lastSuccessAt: null },
      ["needs-login"],
    ],
    ["success", { lastSuccessAt: hoursAgo(24) }, ["no-success"]],
    ["a first success", { lastSuccessAt: null }, ["no-success"]],
    ["patience", { lastSuccessAt: null, knownAt: hoursAgo(23) }, []],
    ["an approval", { streams: [stream(0), stream(3)] }, ["held"]],
    [
      "both",
      { health: "needs-login", streams: [stream(3)] },
      ["needs-login", "held"],
    ],
    ["nothing where it is off", { health: "needs-login", streams: [] }, []],
  ] as const)("%s", (_what, more, causes) => {
    expect([...causesOf(standing(more as Partial<Standing>), now)]).toEqual(
      causes,
    );
  });
});
