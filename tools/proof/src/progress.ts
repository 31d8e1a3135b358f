import { AccountHealth, type AccountStatus } from "@ams-sync/contracts";

export interface Progress {
  /** Entries still to be worked on, without those set aside. */
  readonly pending: number;
  /** Everything was taken in and worked on. */
  readonly finished: boolean;
  /** What went wrong at accounts, in words. */
  readonly trouble: readonly string[];
  /** Of that what no waiting mends. */
  readonly hopeless: readonly string[];
}

export function progressOf(accounts: readonly AccountStatus[]): Progress {
  const streams = accounts.flatMap((account) => account.streams);
  const sum = (values: readonly bigint[]): number =>
    Number(values.reduce((total, value) => total + value, 0n));
  const pending = sum(streams.map((stream) => stream.pending));
  const words = (of: readonly AccountStatus[]): string[] =>
    of
      .filter(({ errorMessage }) => errorMessage !== "")
      .map(({ userId, errorMessage }) => `User ${userId}: ${errorMessage}`);
  return {
    pending,
    finished:
      streams.length > 0 &&
      pending === 0 &&
      streams.every((stream) => stream.takenIn) &&
      accounts.every((account) => !account.running),
    trouble: words(accounts),
    hopeless: words(
      accounts.filter(({ health }) => health === AccountHealth.NEEDS_LOGIN),
    ),
  };
}
