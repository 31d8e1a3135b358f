import { SingleBar } from "cli-progress";
import type { AccountServiceDefinition } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";
import { progressOf } from "@ams-sync/proof";

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
      "  {bar} {percentage} %   {value} of {total} looked at, each record once for each user   {duration_formatted}",
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
