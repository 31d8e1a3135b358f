/** A choice of levels, one of each factor at most. */
export type Row = readonly string[];

/**
 * Few rows in which each two levels of different factors meet at least once (a covering array of strength two). Greedy,
 * and always the same.
 */
export function pairwise(factors: readonly (readonly string[])[]): Row[] {
  const open = new Set(pairsOf(factors));
  const rows: Row[] = [];
  while (open.size > 0) {
    const row: string[] = [];
    for (const levels of seededBy(open, factors))
      row.push(best(levels, row, open));
    for (const pair of pairsIn(row)) open.delete(pair);
    rows.push(row.toSorted());
  }
  return rows;
}

/** Every pair that has to meet. */
export const pairsOf = (
  factors: readonly (readonly string[])[],
): readonly string[] =>
  factors.flatMap((levels, at) =>
    factors
      .slice(at + 1)
      .flatMap((others) =>
        levels.flatMap((one) => others.map((other) => pair(one, other))),
      ),
  );

export const pairsIn = (row: Row): readonly string[] =>
  row.flatMap((one, at) => row.slice(at + 1).map((other) => pair(one, other)));

const pair = (one: string, other: string): string =>
  [one, other].toSorted().join(" + ");

/** A row begins with a pair that is still open, so each row covers one at least. */
function seededBy(
  open: ReadonlySet<string>,
  factors: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const [first = ""] = open;
  const seed = first.split(" + ");
  const has = (levels: readonly string[]) =>
    levels.find((level) => seed.includes(level));
  return [
    ...factors.flatMap((levels) => {
      const level = has(levels);
      return level === undefined ? [] : [[level]];
    }),
    ...factors.filter((levels) => has(levels) === undefined),
  ];
}

function best(
  levels: readonly string[],
  row: Row,
  open: ReadonlySet<string>,
): string {
  const gain = (level: string) =>
    row.filter((other) => open.has(pair(level, other))).length;
  return levels.reduce((most, level) =>
    gain(level) > gain(most) ? level : most,
  );
}
