import { describe, expect, it } from "vitest";
import { leftReasonText } from "./left-reason-text.js";
import { LEFT_REASONS } from "./left-reason.js";

describe("leftReasonText", () => {
  it.each(["de", "en"] as const)(
    "has a sentence for every reason (%s)",
    (language) => {
      const texts = LEFT_REASONS.map((reason) =>
        leftReasonText(reason, language),
      );
      expect(new Set(texts).size).toBe(LEFT_REASONS.length);
      for (const text of texts) expect(text).toMatch(/^\p{Lu}.*\.$/u);
    },
  );

  it("speaks the users' language", () => {
    expect(leftReasonText("recurring", "de")).toContain("Serientermine");
    expect(leftReasonText("no-category", "de")).toContain("„Kunde“");
  });
});
