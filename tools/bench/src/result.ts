/** One measured figure, held against its yardstick or its bound. The JSON of `npm run bench -- NAME --json`. */
export interface Result {
  readonly metric: string;
  /** Median of the runs. */
  readonly value: number;
  readonly unit: string;
  /** What was measured in the same run to compare with; null where the bound is absolute. */
  readonly yardstick: string | null;
  readonly yardstickValue: number | null;
  /** Median of the ratios pair by pair, value to yardstick. */
  readonly ratio: number | null;
  /** For example "ratio >= 0.85" or "value <= 250"; null: shown, not judged. */
  readonly target: string | null;
  readonly reached: boolean;
}

export interface Target {
  readonly text: (of: "ratio" | "value") => string;
  readonly holds: (measured: number) => boolean;
}

export const atLeast = (bound: number): Target => ({
  text: (of) => `${of} >= ${bound}`,
  holds: (measured) => measured >= bound,
});

export const atMost = (bound: number): Target => ({
  text: (of) => `${of} <= ${bound}`,
  holds: (measured) => measured <= bound,
});

/** Pairs of one run each: `ours[i]` was measured next to `theirs[i]`. */
export function compared(figure: {
  readonly metric: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly yardstick: string;
  readonly theirs: readonly number[];
  readonly target?: Target;
}): Result {
  const { metric, unit, ours, yardstick, theirs, target } = figure;
  if (ours.length === 0 || ours.length !== theirs.length)
    throw new Error(`${metric}: pairs need as many values on either side.`);
  const ratio = median(ours.map((value, at) => value / (theirs[at] ?? NaN)));
  return {
    metric,
    unit,
    yardstick,
    value: rounded(median(ours)),
    yardstickValue: rounded(median(theirs)),
    ratio: rounded(ratio),
    target: target?.text("ratio") ?? null,
    reached: target?.holds(ratio) ?? true,
  };
}

/** A figure with a bound of its own, or none. */
export function measured(figure: {
  readonly metric: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly target?: Target;
}): Result {
  const { metric, unit, values, target } = figure;
  const value = median(values);
  return {
    metric,
    unit,
    value: rounded(value),
    yardstick: null,
    yardstickValue: null,
    ratio: null,
    target: target?.text("value") ?? null,
    reached: target?.holds(value) ?? true,
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between two values the mean of them, weighted by nearness. @throws where there is no value */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const low = sorted[Math.floor(at)];
  const high = sorted[Math.ceil(at)];
  if (low === undefined || high === undefined)
    throw new Error("There is nothing to take a quantile of.");
  return low + (high - low) * (at - Math.floor(at));
}

const rounded = (value: number): number => Number(value.toPrecision(4));
