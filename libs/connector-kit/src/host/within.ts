import { setTimeout as wait } from "node:timers/promises";

export type Outcome<T> =
  { readonly inTime: true; readonly value: T } | { readonly inTime: false };

/** Waits for `work`, but no longer than `ms`; then it goes on unheard. @throws what it throws in time */
export const within = async <T>(
  ms: number,
  work: Promise<T>,
): Promise<Outcome<T>> => {
  const over = new AbortController();
  try {
    return await Promise.race([
      work.then((value) => ({ inTime: true, value }) as const),
      wait(ms, { inTime: false } as const, { signal: over.signal }),
    ]);
  } finally {
    over.abort();
  }
};
