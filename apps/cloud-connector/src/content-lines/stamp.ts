/** "20240131T120000Z" of epoch milliseconds, to the second: REV, DTSTAMP and their like in every version. */
export const stamp = (now: number): string =>
  `${new Date(now).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
