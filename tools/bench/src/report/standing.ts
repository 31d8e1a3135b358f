import type { Result } from "../result.js";

export interface Bound {
  readonly of: "ratio" | "value";
  readonly least: boolean;
  readonly bound: number;
}

/** "ratio >= 0.85" as it is written by `atLeast` and `atMost`. */
export function boundOf({ target }: Result): Bound | undefined {
  const [, of, sign, bound] =
    /^(ratio|value) (>=|<=) (\S+)$/.exec(target ?? "") ?? [];
  return of === undefined
    ? undefined
    : {
        of: of === "ratio" ? "ratio" : "value",
        least: sign === ">=",
        bound: Number(bound),
      };
}

/** For people: "at least 0.85 times", "at most 250 MB". */
export function targetText(result: Result): string {
  const bound = boundOf(result);
  if (bound === undefined) return "";
  const how = bound.least ? "at least" : "at most";
  return bound.of === "ratio"
    ? `${how} ${figure(bound.bound)} times`
    : `${how} ${withUnit(bound.bound, result.unit)}`;
}

export const figure = (value: number): string =>
  value.toLocaleString("en", { maximumSignificantDigits: 4 });

export const withUnit = (value: number, unit: string): string =>
  `${figure(value)} ${unit === "1/s" ? "per s" : unit}`;
