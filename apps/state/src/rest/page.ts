/** What `after` of the following page is; null: this was the last one. */
export const next = <T>(
  rows: readonly T[],
  limit: number,
  place: (row: T) => string,
): string | null => {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit ? null : place(last);
};
