import type { WakeUpAccount } from "@ams-sync/contracts";

/**
 * One account runs once at a time: a wake-up that arrives while its job waits is dropped, those that arrive while it
 * runs become one further job. Nothing is kept of a finished one, and no attempt is repeated: the sweep wakes again.
 *
 * The job of a worker that died counts as running until its lock ends, and would swallow what comes meanwhile. Who names
 * the run that did not end passes by that job, which is a second place in the queue: no run that ended may be named.
 */
export const jobOptions = (account: WakeUpAccount, lastRunId?: string) => ({
  attempts: 1,
  deduplication: {
    id:
      lastRunId === undefined
        ? account.accountId
        : `${account.accountId}/${lastRunId}`,
    keepLastIfActive: true,
  },
  removeOnComplete: true,
  removeOnFail: true,
});
