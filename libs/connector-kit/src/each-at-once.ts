import pLimit from "p-limit";

/**
 * Works on all, so many at once as `concurrency` says at each moment. After the first error no further one is begun;
 * those under way are waited for, then the error is thrown.
 */
export const eachAtOnce = async <T>(
  all: readonly T[],
  concurrency: () => number,
  work: (one: T) => Promise<void>,
): Promise<void> => {
  const limit = pLimit(atLeastOne(concurrency()));
  let failed = false;
  const settled = await Promise.allSettled(
    all.map((one) =>
      limit(async () => {
        if (failed) return;
        limit.concurrency = atLeastOne(concurrency());
        try {
          await work(one);
        } catch (error) {
          failed = true;
          throw error;
        }
      }),
    ),
  );
  for (const outcome of settled)
    if (outcome.status === "rejected") throw outcome.reason;
};

const atLeastOne = (wanted: number): number =>
  Number.isFinite(wanted) ? Math.max(1, Math.floor(wanted)) : 1;
