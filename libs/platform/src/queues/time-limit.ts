import { setTimeout as delay } from "node:timers/promises";

/** BullMQ waits for a lost server without end; callers of ours must not. @throws after `ms`, naming `what` */
export const within = async <T>(
  ms: number,
  what: string,
  work: Promise<T>,
): Promise<T> => {
  const done = new AbortController();
  const late = delay(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(
      `${what} took longer than ${ms} ms: is the queue's server there?`,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
};

/** Waits for the work, but no longer than that. */
export const atMost = async (
  ms: number,
  work: Promise<unknown>,
): Promise<void> => {
  const done = new AbortController();
  const timer = delay(ms, undefined, { signal: done.signal }).catch(
    () => undefined,
  );
  try {
    await Promise.race([work, timer]);
  } finally {
    done.abort();
  }
};
