import type { Case } from "./cases.js";
import { withClient } from "./sql.js";
import { conclude, strikeMidRun } from "./strike.js";

const CHANGES = 1_000;

/** One record changes a thousand times, each in a transaction of its own, while the first transfer runs. */
export const flood: Case = {
  name: `a flood of ${CHANGES} changes to one record`,
  run: async ({ gate, stack, office: make }) => {
    const office = await make();
    const { customers, appointments } = office.size;
    const [id] = await office.ids("customer");
    await office.connect();
    const begin = performance.now();
    const struck = await strikeMidRun(
      { gate, office },
      customers + appointments,
      () => change(stack.amsAdminUrl, office.tenantId, id ?? "", 1, 100),
    );
    await change(stack.amsAdminUrl, office.tenantId, id ?? "", 101, CHANGES);
    const outcome = await conclude(office, { struckAt: [struck], begin });
    const writes = new Map<string, number>();
    for (const { method, path } of gate.passages(office.home))
      if (method === "PUT") writes.set(path, (writes.get(path) ?? 0) + 1);
    const most = Math.max(...writes.values());
    if (most > CHANGES / 10)
      throw new Error(`${CHANGES} changes of one record made ${most} writes.`);
    return { ...outcome, struckAt: [`${struck} (${most} writes of it)`] };
  },
};

const change = (
  url: string,
  tenantId: string,
  id: string,
  from: number,
  to: number,
): Promise<void> =>
  withClient(url, tenantId, async (ams) => {
    for (let turn = from; turn <= to; turn += 1)
      await ams.query(
        "update ams.customer set phone_business = $3 where tenant_id = $1 and customer_id = $2",
        [tenantId, id, `0451 ${turn}`],
      );
  });
