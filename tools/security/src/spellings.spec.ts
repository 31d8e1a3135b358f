import { expect, it } from "vitest";
import { leaksIn, spellingsOf } from "./spellings.js";

const PASSWORD = 'Zäuber & "4711"/<+>';
const spellings = spellingsOf("jörg", PASSWORD);
const found = (text: string) =>
  leaksIn({ logs: ["Grüße", text] }, spellings).map(({ index }) => index);

it.each([
  PASSWORD,
  `https://j:${encodeURIComponent(PASSWORD)}@host/`,
  `https://j:${encodeURIComponent(PASSWORD).toLowerCase()}@host/`,
  String(new URLSearchParams({ a: "1", p: PASSWORD })),
  JSON.stringify({ error: { said: JSON.stringify({ p: PASSWORD }) } }),
  `Authorization: Basic ${Buffer.from(`jörg:${PASSWORD}`).toString("base64")}`,
  Buffer.from(`{"login":"x:${PASSWORD}"}`).toString("base64"),
  Buffer.from(`{"logins":"x:${PASSWORD}"}`).toString("base64"),
  Buffer.from(`{"log":"x:${PASSWORD}!"}`).toString("base64url"),
  `\\x${Buffer.from(PASSWORD).toString("hex").toUpperCase()}`,
  Buffer.from(PASSWORD, "utf16le").toString("hex"),
  Buffer.from(PASSWORD, "utf16le").toString("utf16le").split("").join("\0"),
  '<said>Zäuber &amp; "4711"/&lt;+&gt;</said>',
  Buffer.from(PASSWORD).toString("latin1"),
])("a leak is found in %j", (text) => {
  expect(new Set(found(text))).toEqual(new Set([1]));
});

it("nothing is found where there is nothing", () => {
  expect(
    found(`jörg ${Buffer.from("jörg:anderes").toString("base64")}`),
  ).toEqual([]);
});
