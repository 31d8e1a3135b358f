/** Stands still while it is paused. */
export class Time {
  #since = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private left: number,
    private readonly over: () => void,
  ) {
    this.goOn();
  }

  goOn(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.over, this.left);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.left -= performance.now() - this.#since;
  }
}

/**
 * Runs `work` with a signal that fires after `ms`, or with one of `parents`. Unlike `AbortSignal.any` and
 * `AbortSignal.timeout` this leaves nothing behind when the work is done: theirs stay until the time is up, and in the
 * books of the run's signal until that goes. A first transfer of 25,000 items held 62,000 of them, 1.4 KB an item.
 */
export async function inTime<T>(
  ms: number,
  parents: readonly AbortSignal[],
  work: (signal: AbortSignal, time: Time) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const time = new Time(ms, end);
  for (const parent of parents) {
    if (parent.aborted) end();
    parent.addEventListener("abort", end);
  }
  try {
    return await work(over.signal, time);
  } finally {
    time.pause();
    for (const parent of parents) parent.removeEventListener("abort", end);
  }
}
