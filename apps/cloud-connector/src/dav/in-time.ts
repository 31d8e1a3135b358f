/**
 * Runs `work` with a signal that fires after `ms`, or with one of `parents`. Unlike `AbortSignal.any` and
 * `AbortSignal.timeout` this leaves nothing behind when the work is done: theirs stay until the time is up, and in the
 * books of the run's signal until that goes. A first transfer of 25,000 items held 62,000 of them, 1.4 KB an item.
 */
export async function inTime<T>(
  ms: number,
  parents: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, ms);
  for (const parent of parents) {
    if (parent.aborted) end();
    parent.addEventListener("abort", end);
  }
  try {
    return await work(over.signal);
  } finally {
    clearTimeout(timer);
    for (const parent of parents) parent.removeEventListener("abort", end);
  }
}
