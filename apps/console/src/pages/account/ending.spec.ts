import { expect, it } from "vitest";
import { leaving as de } from "../../i18n/de/leaving.js";
import { leaving as en } from "../../i18n/en/leaving.js";
import { endingOf } from "./ending.js";

const said = (to: "remove" | "leave", from: "remove" | null = null) => ({
  action: "disconnected" as const,
  changes: [{ pointer: "/items", from, to }],
});
const ended = { action: "ended" as const, changes: [] };
const FORMER = "6d0f4a1e-0000-4000-8000-000000000001";
const former = (leaving: "remove" | "leave") => ({
  leaving,
  formerPlaceOf: FORMER,
});

it.each([
  ["removed", former("remove"), [ended, said("remove")], "formerEnded"],
  [
    "left after all, though the page was read before",
    former("remove"),
    [ended, said("leave", "remove"), said("remove")],
    "formerLeft",
  ],
  [
    "left, and nobody can read the audit",
    former("leave"),
    undefined,
    "formerLeft",
  ],
  ["removed, likewise", former("remove"), undefined, "formerEnded"],
  [
    "an account itself",
    { leaving: "leave", formerPlaceOf: null },
    [ended, said("leave")],
    "ended",
  ],
] as const)("how it ended: %s", (_what, account, entries, ending) => {
  expect(endingOf(account, entries)).toBe(ending);
});

it("says of what was left neither that it is cleared nor that it is gone", () => {
  expect(de.formerLeft + de.formerLeftText).not.toMatch(/aufgeräumt|gelöscht/);
  expect(en.formerLeft + en.formerLeftText).not.toMatch(/clear|delete/i);
  expect(de.formerEndedText).not.toMatch(/belassen|geblieben/);
  expect(en.formerEndedText).not.toMatch(/left/);
});
