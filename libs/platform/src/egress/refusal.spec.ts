import { expect, it } from "vitest";
import { refusalText } from "./refusal.js";

it.each(["address", "resolved", "port"] as const)(
  "%s: says in both languages what is refused and what to do",
  (reason) => {
    const german = refusalText(reason, "dav.example:25", "de");
    expect(german).toMatch(/^dav\.example:25 .*\. Tragen Sie .*Betreiber/);
    const english = refusalText(reason, "dav.example:25", "en");
    expect(english).toMatch(/^dav\.example:25 .*; enter .*\. Whoever runs/);
  },
);

it("does not tell whether a name leads inside or is refused unasked", () => {
  for (const language of ["de", "en"] as const)
    expect(refusalText("resolved", "a.example", language)).toBe(
      refusalText("address", "a.example", language),
    );
});
