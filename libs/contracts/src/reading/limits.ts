import * as read from "./read.js";

export const BATCH_MAX = 10_000;
/** Entries of one slice. */
export const SLICE_MAX = 1_000;
export const KEY = { most: 128 } as const;
/** Of a field. */
export const NAME = { most: 64 } as const;
const MONTH_MS = 31n * 24n * 60n * 60n * 1000n;

/** ETags and change keys: opaque, but no text without an end. */
export const version = (value: string, field: string): string =>
  read.text(value, field, { most: 1_024 });

/** A server may say anything; nothing waits for longer than a month. */
export const delay = (milliseconds: bigint, field: string): bigint => {
  const given = read.integer(milliseconds, field);
  return given > MONTH_MS ? MONTH_MS : given;
};

/** Match keys and candidates of one item. */
const FEW = 100;

export const few = <T>(list: readonly T[], field: string): readonly T[] => {
  read.within(list.length, field, 0, FEW);
  return list;
};
