import { SingleBar } from "cli-progress";
import {
  AccountHealth,
  type AccountServiceDefinition,
  type AccountStatus,
} from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";

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

/**
 * Shows a bar until every account is synchronised. Throws with what the accounts
 * say when one needs another login or nothing moves for a minute.
 */
export async function watchProgress(
  state: GrpcClient<typeof AccountServiceDefinition>,
  tenantId: string,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const bar = new SingleBar({
    format:
      "  {bar} {percentage} %   {value} of {total} records looked at   {duration_formatted}",
    stream: out,
    noTTYOutput: true,
    notTTYSchedule: 2_000,
    hideCursor: true,
  });
  let movedAt = performance.now();
  let most = 0;
  let left = Infinity;
  try {
    for (;;) {
      signal.throwIfAborted();
      const { accounts } = await state.listAccounts({ tenantId });
      const now = progressOf(accounts);
      // The inbox also holds what turns out to be nobody's business: the bar counts what was looked at.
      if (most === 0 && now.pending > 0) bar.start(now.pending, 0);
      most = Math.max(most, now.pending);
      if (most > 0) {
        bar.setTotal(most);
        bar.update(most - now.pending);
      }
      if (now.finished) return;
      if (now.hopeless.length > 0) throw new Error(now.hopeless.join("\n"));
      if (now.pending !== left) movedAt = performance.now();
      left = now.pending;
      if (performance.now() - movedAt > 60_000)
        throw new Error(
          `Nothing has moved for a minute. ${now.trouble.join(" ") || "The services' logs say why."}`,
        );
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    bar.stop();
  }
}
