import type { z } from "zod";
import { ConfigError, firstReasons } from "./config-error.js";

type Issue = z.core.$ZodIssue;

/** A variable that is set to nothing counts as not set: compose files and manifests cannot unset one. */
export const given = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && entry[1] !== "",
    ),
  );

/**
 * Parses the environment.
 * @throws ConfigError naming all bad variables, never a value.
 */
export const readConfig = <S extends z.ZodType>(
  schema: S,
  env: NodeJS.ProcessEnv = process.env,
): z.infer<S> => {
  const set = given(env);
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    firstReasons(
      parsed.error.issues.map((issue) => {
        const name = issue.path.map(String).join(".") || "(all)";
        return { name, reason: name in set ? reasonOf(issue) : "missing" };
      }),
    ),
  );
};

/** zod's own sentences describe the schema; they are listed one by one so that none that quotes its input slips in. */
const reasonOf = (issue: Issue): string => {
  switch (issue.code) {
    case "invalid_type":
      return `must be of type ${issue.expected}`;
    case "too_small":
      return `must be at least ${issue.minimum}`;
    case "too_big":
      return `must be at most ${issue.maximum}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return `must be a valid ${issue.format}`;
    case "custom":
      return issue.message;
    default:
      return "is not valid";
  }
};
