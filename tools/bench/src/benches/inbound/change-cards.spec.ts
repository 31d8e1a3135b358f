import { expect, test } from "vitest";
import { withMobile } from "./change-cards.js";

const card = (...lines: string[]) =>
  ["BEGIN:VCARD", ...lines, "END:VCARD", ""].join("\r\n");

test("the mobile number takes the place of the one that is there", () => {
  const before = card("FN:Groß", "TEL;TYPE=CELL:+49 171 1", "TEL;TYPE=HOME:2");
  expect(withMobile(before, "+49 160 7")).toBe(
    card("FN:Groß", "TEL;TYPE=HOME:2", "TEL;TYPE=CELL:+49 160 7"),
  );
});

test("a card without one gets one", () => {
  expect(withMobile(card("FN:Groß"), "+49 160 7")).toBe(
    card("FN:Groß", "TEL;TYPE=CELL:+49 160 7"),
  );
});
