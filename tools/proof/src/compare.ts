/** How a collection differs from what it should hold. */
export interface Difference {
  readonly expected: number;
  readonly seen: number;
  /** Expected lines that are not there, as often as they are missing. */
  readonly missing: readonly string[];
  /** Lines that are there once more than they should: doubled or strange. */
  readonly surplus: readonly string[];
}

/** Compares as multisets: a record that is there twice is a surplus of one. */
export function compare(
  expected: readonly string[],
  seen: readonly string[],
): Difference {
  const open = new Map<string, number>();
  for (const line of expected) open.set(line, (open.get(line) ?? 0) + 1);
  const surplus: string[] = [];
  for (const line of seen) {
    const left = open.get(line) ?? 0;
    if (left === 0) surplus.push(line);
    else open.set(line, left - 1);
  }
  const missing = [...open].flatMap(([line, count]) =>
    Array.from({ length: count }, () => line),
  );
  return {
    expected: expected.length,
    seen: seen.length,
    missing,
    surplus,
  };
}

export const isExact = ({ missing, surplus }: Difference): boolean =>
  missing.length === 0 && surplus.length === 0;
