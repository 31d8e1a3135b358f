import { describe, expect, it } from "vitest";
import { isStrong, sameVersion } from "./etag.js";
import { preparedXml, startsSafely, textOf } from "./xml.js";

describe("XML before it is parsed", () => {
  it("refuses a declaration before the root and not the words in a text", () => {
    expect(startsSafely('<?xml version="1.0"?>\n<a>&lt;!DOCTYPE</a>')).toBe(
      true,
    );
    expect(startsSafely("<!-- ok --><a><![CDATA[<!DOCTYPE x>]]></a>")).toBe(
      true,
    );
    expect(startsSafely('\uFEFF<?xml version="1.0"?><!DOCTYPE a><a/>')).toBe(
      false,
    );
    expect(
      startsSafely("<!-- <a> --> <!DOCTYPE a [<!ENTITY x 'y'>]><a/>"),
    ).toBe(false);
  });

  it("is quick with a long prolog", () => {
    const begun = performance.now();
    startsSafely(`${"<!-- a".repeat(50_000)}`);
    startsSafely(`${" ".repeat(500_000)}x`);
    startsSafely(`${"<!---->".repeat(50_000)}<a>`);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });

  it("marks texts that must not become numbers, and nothing else", () => {
    const xml =
      '<d:prop><d:getetag>12e3</d:getetag><getetag xmlns="DAV:">"a"</getetag><d:getetag/><d:sync-token> 7 </d:sync-token><x>1</x><d:getetag><![CDATA[5]]></d:getetag></d:prop>';
    const marked = preparedXml(xml);
    expect(marked.match(/\u2060/g)?.length).toBe(3);
    expect(textOf("\u206012e3")).toBe("12e3");
  });

  it("joins what tsdav hands on in pieces", () => {
    expect(textOf({ _cdata: ["BEGIN:VCARD\nN:<b>]]", ">"] })).toBe(
      "BEGIN:VCARD\nN:<b>]]>",
    );
    expect(textOf(12)).toBe("12");
    expect(textOf(true)).toBe("true");
    expect(textOf({})).toBe("");
    expect(textOf(undefined)).toBe("");
  });
});

describe("ETags", () => {
  it("tells strong ones", () => {
    expect(isStrong('"a"')).toBe(true);
    expect(isStrong("unquoted")).toBe(true);
    expect(isStrong('W/"a"')).toBe(false);
    expect(isStrong("")).toBe(false);
    expect(isStrong(undefined)).toBe(false);
  });

  it("compares without quotes and marks", () => {
    expect(sameVersion('"a"', "a")).toBe(true);
    expect(sameVersion('W/"a"', '"a"')).toBe(true);
    expect(sameVersion('"a"', '"b"')).toBe(false);
  });
});
