import { describe, expect, it } from "vitest";
import { APPOINTMENT_FIELDS } from "./canonical.js";
import { CONTACT_FIELDS } from "./fields.js";
import { fieldLabel, problemText, scopeReasonText } from "./problem-text.js";
import { PROBLEM_CODES } from "./problem.js";
import { SCOPE_REASONS } from "./scope.js";

const LANGUAGES = ["de", "en"] as const;

describe("sentences", () => {
  it("has one for every problem of every field in both languages", () => {
    const texts = LANGUAGES.flatMap((language) =>
      PROBLEM_CODES.flatMap((code) =>
        [...CONTACT_FIELDS, ...APPOINTMENT_FIELDS].map((field) =>
          problemText({ code, field }, language),
        ),
      ),
    );
    for (const text of texts) {
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect(text).not.toMatch(/undefined|null/);
    }
  });

  it("names field and limit", () => {
    const problem = { code: "too-long", field: "lastName" } as const;
    expect(problemText(problem, "de")).toBe(
      "Das Feld „Nachname“ ist länger als 255 Zeichen. Kürzen Sie es in ams.",
    );
    expect(problemText(problem, "en")).toBe(
      'The field "last name" is longer than 255 characters. Shorten it in ams.',
    );
  });

  it("gives back a field name that it does not know", () =>
    expect(fieldLabel("toString", "de")).toBe("toString"));

  it("has a different one for every reason", () => {
    for (const language of LANGUAGES) {
      const texts = SCOPE_REASONS.map((reason) =>
        scopeReasonText(reason, language),
      );
      expect(new Set(texts).size).toBe(SCOPE_REASONS.length);
      for (const text of texts) expect(text).toMatch(/^\p{Lu}.*\.$/u);
    }
  });
});
