import { expect, it } from "vitest";
import { CONTACT_FIELDS } from "./fields.js";
import { leftReasonText } from "./left-reason-text.js";
import { LEFT_REASONS } from "./left-reason.js";
import { PROBLEM_CODES } from "./problem.js";
import { problemText } from "./problem-text.js";
import { storedSentence } from "./stored-sentence.js";

it.each(PROBLEM_CODES)("tells %s of each field in German", (code) => {
  for (const field of CONTACT_FIELDS)
    for (const where of [undefined, "item"] as const) {
      const problem = { code, field, ...(where && { where }) };
      const english = problemText(problem, "en");
      expect(storedSentence(english, "de")).toBe(problemText(problem, "de"));
      expect(storedSentence(english, "en")).toBe(english);
    }
});

it.each(LEFT_REASONS)("tells %s in German", (reason) => {
  expect(storedSentence(leftReasonText(reason, "en"), "de")).toBe(
    leftReasonText(reason, "de"),
  );
});

it("knows no other sentence", () => {
  expect(storedSentence("The server has no room.", "de")).toBeUndefined();
});
