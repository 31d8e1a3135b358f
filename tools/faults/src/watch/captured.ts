import { generateBrokerage } from "@ams-sync/ams";
import type { Stack } from "@ams-sync/stack";
import { waitFor } from "@ams-sync/testing";
import { rows } from "../outages/sql.js";

/** Waits until state has everything that is committed in ams when it is called. */
export type Captured = (timeoutMs: number) => Promise<void>;

/**
 * Changes reach state in the order of their commits, so one that is made now in a brokerage without accounts tells that all
 * before it are there, and wakes nobody who might have been forgotten.
 */
export async function openCaptured(stack: Stack): Promise<Captured> {
  const { tenantId } = await generateBrokerage({
    ...{ url: stack.amsAdminUrl, seed: 9_999, name: "Zeugenmakler" },
    ...{ now: new Date(), users: 1, customers: 1, appointments: 0 },
    ...{ companies: 0, agents: 1, agentRelease: false },
  });
  return async (timeoutMs) => {
    const [made] = await rows<{ id: string }>(
      stack.amsAdminUrl,
      `insert into ams.customer (tenant_id, kind, first_name, last_name)
       values ($1, 'private', 'Zeuge', 'Groß') returning customer_id as id`,
      [tenantId],
      tenantId,
    );
    await waitFor(
      async () => {
        const found = await rows(
          stack.adminUrl,
          "select from state.feed where tenant_id = $1 and kind = 'customer' and record_id = $2",
          [tenantId, made?.id],
        );
        return found.length > 0;
      },
      { what: "ams to be captured", timeoutMs, everyMs: 50 },
    );
  };
}
