import { expect, it } from "vitest";
import { copingIn, farewell, reportText } from "./report.js";

const result = (name: string, outcome: "kept" | "broken" | "skipped") => ({
  name,
  asserts: "",
  outcome,
});

it("says how the product copes only where something was asked", () => {
  const cases = [
    result("contacts: update", "kept"),
    result("appointments: update", "skipped"),
    result("contacts: delete", "broken"),
    result("appointments: delete", "kept"),
    result("a wrong password", "skipped"),
  ];
  expect(copingIn(cases, /: update$/)).toBe("shown");
  expect(copingIn(cases, /: delete$/)).toBe("broken");
  expect(copingIn(cases, /password/)).toBe("not asked");
  expect(copingIn(cases, /: no such/)).toBe("not asked");
});

it("does not say that the product copes where a trap was not asked", () => {
  const text = reportText({
    server: "dav.example",
    ok: true,
    traps: [
      {
        trap: "any password is let in",
        server: "lets it in",
        product: "it cannot tell",
        copes: "not asked",
      },
    ],
    cases: [result("a wrong password", "skipped")],
    requests: 1,
    seconds: 1,
    left: [],
  });
  expect(text).toContain("   ?  any password is let in");
  expect(text).toContain("as far as it could be asked");
});

it("says that all is removed only where nothing is left", () => {
  expect(farewell([])).toContain("is removed");
  const left = farewell(["https://dav.example/ams-contract-x/"]);
  expect(left).toContain("https://dav.example/ams-contract-x/");
  expect(left).not.toContain("is removed");
});
