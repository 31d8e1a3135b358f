import type { WakeUpAccount } from "@ams-sync/contracts";

/**
 * One account runs once at a time: a wake-up that arrives while its job waits is dropped, those that arrive while it
 * runs become one further job. Nothing is kept of a finished one, and no attempt is repeated: the sweep wakes again.
 */
export const jobOptions = (account: WakeUpAccount) => ({
  attempts: 1,
  deduplication: { id: account.accountId, keepLastIfActive: true },
  removeOnComplete: true,
  removeOnFail: true,
});
