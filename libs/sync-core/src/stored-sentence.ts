import { FIELD_RULES } from "./fields.js";
import { leftReasonText } from "./left-reason-text.js";
import { LEFT_REASONS } from "./left-reason.js";
import { PROBLEM_CODES } from "./problem.js";
import { problemText, type Language } from "./problem-text.js";

type Words = (language: Language) => string;

/** Sentences are stored in English, without what they were made of: all that there can be are found by it. */
const SENTENCES: ReadonlyMap<string, Words> = new Map(
  [...problems(), ...reasons()].map((words) => [words("en"), words]),
);

/** The same sentence in the reader's language; undefined: it is none of ours. */
export const storedSentence = (
  english: string,
  language: Language,
): string | undefined => SENTENCES.get(english)?.(language);

function problems(): readonly Words[] {
  return PROBLEM_CODES.flatMap((code) =>
    Object.keys(FIELD_RULES).flatMap((field) => [
      (language: Language) => problemText({ code, field }, language),
      (language: Language) =>
        problemText({ code, field, where: "item" }, language),
    ]),
  );
}

function reasons(): readonly Words[] {
  return LEFT_REASONS.map(
    (reason) => (language: Language) => leftReasonText(reason, language),
  );
}
