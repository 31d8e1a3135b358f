import { describe, expect, it } from "vitest";
import { FIELD_RULES } from "./fields.js";
import { cleanText, tidy, tidyLines } from "./text.js";

const value = (raw: string) => ({ ok: true, value: raw });
const problem = (code: string, field: string) => ({
  ok: false,
  problem: { code, field },
});

describe("tidy", () => {
  it.each([
    ["  Müller \t", "Müller"],
    ["a\r\nb\rc\n", "a b c"],
    ["a\u2028b\u2029c", "a b c"],
    ["a \n\t\r\n  b", "a b"],
    ["a  b", "a  b"],
    ["Mu\u0308ller", "Müller"],
    ["\u00a0Ä\ufeff", "Ä"],
  ])("makes %j to %j", (raw, tidied) => expect(tidy(raw)).toBe(tidied));
});

describe("tidyLines", () => {
  it.each([
    ["a\r\nb\rc\n", "a\nb\nc"],
    ["a\u2028b\u2029c", "a\nb\nc"],
    ["  a\n\tb ", "a\n\tb"],
  ])("makes %j to %j", (raw, tidied) => expect(tidyLines(raw)).toBe(tidied));
});

describe("cleanText", () => {
  it.each([null, undefined, "", "   ", "\r\n"])("%j is empty", (raw) =>
    expect(cleanText("city", raw)).toEqual({ ok: true }),
  );

  it("keeps numbers that look like numbers as they are written", () => {
    expect(cleanText("postalCode", "01067")).toEqual(value("01067"));
    expect(cleanText("phonePrivate", "+49 (0)351 1e5")).toEqual(
      value("+49 (0)351 1e5"),
    );
  });

  it.each(["\n", "\r\n", "\t", " \n\n "])(
    "has a blank for %j within one line",
    (text) =>
      expect(cleanText("city", `Köln${text}Süd`)).toEqual(value("Köln Süd")),
  );

  it("counts characters, not half of them", () => {
    const full = "🏡".repeat(FIELD_RULES.street.limit);
    expect(cleanText("street", full)).toEqual(value(full));
    expect(cleanText("street", `${full}a`)).toEqual(
      problem("too-long", "street"),
    );
  });

  it("sets aside a name of 10,000 characters", () => {
    expect(cleanText("lastName", "Ä".repeat(10_000))).toEqual(
      problem("too-long", "lastName"),
    );
  });

  it.each([
    "\u0000",
    "\u0007",
    "\u001b[31m",
    "\u007f",
    "\u0085x",
    "x\ud800",
    "x\ufffe",
  ])("refuses %j within one line", (text) =>
    expect(cleanText("city", `Köln${text}Süd`)).toEqual(
      problem("control-characters", "city"),
    ),
  );

  it("allows lines and tabs in the remark and nothing more", () => {
    const text = "Zeile 1\n\tZeile 2 🏡";
    expect(cleanText("remark", text)).toEqual(value(text));
    expect(cleanText("remark", "a\u0000b")).toEqual(
      problem("control-characters", "remark"),
    );
    expect(cleanText("remark", "a\ud800b")).toEqual(
      problem("control-characters", "remark"),
    );
  });
});
