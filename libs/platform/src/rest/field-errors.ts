import type { z } from "zod";
import type { Text } from "./language.js";
import { Problem, type FieldError } from "./problem.js";

type Issue = z.core.$ZodIssue;

/** RFC 6901 */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path
    .map(
      (part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`,
    )
    .join("");

/** A rule that zod does not know: `z.string().refine(isFine, fieldRule("not-https", { de, en }))`. */
export const fieldRule = (code: string, text: Text) => ({
  message: text.en,
  params: { code, text },
});

/** What stands at each field. Values are not repeated: they may be passwords. */
export const fieldErrors = (error: z.ZodError): readonly FieldError[] =>
  error.issues.flatMap(errorsOf);

const errorsOf = (issue: Issue): readonly FieldError[] => {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      pointer: pointerOf([...issue.path, key]),
      code: "unknown-key",
      text: {
        de: "Diese Angabe gibt es nicht.",
        en: "There is no such option.",
      },
    }));
  return [{ pointer: pointerOf(issue.path), ...saying(issue) }];
};

const saying = (issue: Issue): Omit<FieldError, "pointer"> => {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.endsWith("received undefined")
        ? REQUIRED
        : {
            code: "wrong-type",
            text: {
              de: "Diese Angabe hat die falsche Art.",
              en: `Must be of type ${issue.expected}.`,
            },
          };
    case "too_small":
      return limit("small", issue.origin, String(issue.minimum));
    case "too_big":
      return limit("big", issue.origin, String(issue.maximum));
    case "invalid_value":
      return {
        code: "not-allowed",
        text: {
          de: `Möglich sind: ${issue.values.map(String).join(", ")}.`,
          en: `Possible are: ${issue.values.map(String).join(", ")}.`,
        },
      };
    case "invalid_union":
      return {
        code: "not-allowed",
        text: {
          de: "Diese Auswahl gibt es nicht.",
          en: "There is no such choice.",
        },
      };
    case "invalid_format":
      return FORMATS[issue.format] ?? MALFORMED;
    case "custom":
      return ruleOf(issue.params) ?? MALFORMED;
    default:
      return MALFORMED;
  }
};

const REQUIRED = {
  code: "required",
  text: { de: "Diese Angabe fehlt.", en: "This is required." },
};
const MALFORMED = {
  code: "malformed",
  text: { de: "Diese Angabe ist nicht gültig.", en: "This is not valid." },
};

const FORMATS: Readonly<Record<string, Omit<FieldError, "pointer">>> = {
  date: {
    code: "not-a-date",
    text: {
      de: "Bitte ein Datum, das es gibt, in der Form 2024-01-31.",
      en: "A day that exists, such as 2024-01-31.",
    },
  },
  url: {
    code: "not-a-url",
    text: {
      de: "Bitte eine Adresse wie https://dav.example.com/.",
      en: "An address such as https://dav.example.com/.",
    },
  },
};

const limit = (
  kind: "small" | "big",
  origin: string,
  bound: string,
): Omit<FieldError, "pointer"> => {
  const few = kind === "small";
  if (few && bound === "1" && origin === "string")
    return { ...REQUIRED, code: "too-short" };
  const what = few ? ["mindestens", "at least"] : ["höchstens", "at most"];
  switch (origin) {
    case "string":
      return {
        code: few ? "too-short" : "too-long",
        text: {
          de: `Bitte ${what[0]} ${bound} Zeichen.`,
          en: `Please ${what[1]} ${bound} characters.`,
        },
      };
    case "array":
      return {
        code: few ? "too-short" : "too-long",
        text: {
          de: `Bitte ${what[0]} ${bound} Einträge.`,
          en: `Please ${what[1]} ${bound} entries.`,
        },
      };
    default:
      return {
        code: few ? "too-small" : "too-big",
        text: {
          de: `Bitte ${what[0]} ${bound}.`,
          en: `Please ${what[1]} ${bound}.`,
        },
      };
  }
};

const ruleOf = (
  params: Readonly<Record<string, unknown>> | undefined,
): Omit<FieldError, "pointer"> | undefined => {
  const { code, text } = params ?? {};
  return typeof code === "string" && isText(text) ? { code, text } : undefined;
};

const isText = (value: unknown): value is Text =>
  typeof value === "object" && value !== null && "de" in value && "en" in value;

/** 422 with a sentence at each field. */
export const invalid = (errors: readonly FieldError[]): Problem =>
  new Problem("invalid", {
    errors,
    detail: {
      de: "Bitte sehen Sie sich die genannten Felder noch einmal an; gespeichert wurde nichts.",
      en: "Please look at the fields named here once more; nothing was saved.",
    },
  });
