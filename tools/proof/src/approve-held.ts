import { StreamKind } from "@ams-sync/contracts";
import type { AccountServiceDefinition } from "@ams-sync/contracts";
import type { GrpcClient } from "@ams-sync/platform";

/**
 * As somebody does who is asked whether so much may be deleted: agrees to all that is shown.
 * @returns how many that were
 */
export async function approveHeld(
  accounts: GrpcClient<typeof AccountServiceDefinition>,
  account: { readonly tenantId: string; readonly accountId: string },
): Promise<number> {
  let approved = 0;
  for (const stream of [StreamKind.CONTACTS, StreamKind.APPOINTMENTS]) {
    const shown = await accounts.listHeld({ account, stream, limit: 1_000 });
    const open = shown.entries.filter((entry) => !entry.approved);
    if (open.length === 0) continue;
    await accounts.approveHeld({
      ...{ account, stream },
      entries: open.map(({ entryId, position, removal }) => ({
        ...{ entryId, position, removal },
      })),
    });
    approved += open.length;
  }
  return approved;
}
