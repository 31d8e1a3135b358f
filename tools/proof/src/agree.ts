import { setTimeout } from "node:timers/promises";
import { PreviewState, StreamKind } from "@ams-sync/contracts";
import type { AccountServiceDefinition } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";

/**
 * As somebody does who has saved or reset something and sees what it would do: waits until all is planned, and agrees.
 * @returns to how many entries
 */
export async function agreeToPreviews(
  accounts: GrpcClient<typeof AccountServiceDefinition>,
  account: { readonly tenantId: string; readonly accountId: string },
  patienceMs = 60_000,
): Promise<number> {
  const until = Date.now() + patienceMs;
  let agreed = 0;
  for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS])
    for (;;) {
      const { state, number } = await accounts.getPreview({ account, stream });
      if (state === PreviewState.UNSPECIFIED) break;
      if (Date.now() > until) throw new Error("The preview is still planned.");
      if (state === PreviewState.PLANNING) await setTimeout(100);
      else {
        // Where it has changed meanwhile it is looked at again.
        const { applied } = await accounts
          .applyPreview({ account, stream, number })
          .catch(() => ({ applied: 0n }));
        agreed += Number(applied);
      }
    }
  return agreed;
}
