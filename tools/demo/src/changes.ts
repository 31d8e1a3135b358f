import type { Client } from "pg";
import {
  type ConnectedUser,
  DavReader,
  type Expected,
  expectedOf,
  seenAppointment,
  seenContact,
  type SeenItem,
  type SeenItems,
  visibleAfter,
} from "@ams-sync/proof";
import { onlyOnce } from "./only-once.js";

export interface ShownChange {
  readonly recordId: string;
  /** The statement as anyone may type it. */
  readonly sql: string;
  /** Where to look at the changed item. */
  readonly url: string;
  /** From the answer to COMMIT to the first GET that shows the change; undefined: it did not come. */
  readonly visibleAfterMs: number | undefined;
}

interface Plan {
  readonly stream: keyof Expected;
  readonly lineOf: (text: string) => string;
  readonly sql: (id: string) => string;
}

const CUSTOMER: Plan = {
  stream: "contacts",
  lineOf: seenContact,
  sql: (id) =>
    `update ams.customer set mobile = '+49 170 5550123' where customer_id = ${id}`,
};

const APPOINTMENT: Plan = {
  stream: "appointments",
  lineOf: seenAppointment,
  sql: (id) =>
    `update ams.appointment set starts_at_time = '07:15', ends_at_time = '08:05' where appointment_id = ${id}`,
};

/** Changes one customer and one appointment of the user in ams with SQL, each awaited on the server. */
export async function showChanges(
  ams: Client,
  tenantId: string,
  user: ConnectedUser,
  seen: SeenItems,
): Promise<{ customer: ShownChange; appointment: ShownChange }> {
  const show = (plan: Plan) =>
    change(ams, tenantId, user, seen[plan.stream], plan);
  return {
    customer: await show(CUSTOMER),
    appointment: await show(APPOINTMENT),
  };
}

async function change(
  ams: Client,
  tenantId: string,
  user: ConnectedUser,
  seen: readonly SeenItem[],
  { stream, lineOf, sql }: Plan,
): Promise<ShownChange> {
  const before = await expectedOf(ams, tenantId, user.userId);
  const { record, item } = onlyOnce(before[stream], seen);
  const statement = sql(record.id);
  await ams.query(`${statement} and tenant_id = '${tenantId}'`);
  const committedAt = performance.now();

  const after = await expectedOf(ams, tenantId, user.userId);
  const wanted = after[stream].find(({ id }) => id === record.id)?.line;
  const reader = new DavReader(user.login);
  return {
    recordId: record.id,
    sql: statement,
    url: item.url,
    visibleAfterMs: await visibleAfter(committedAt, async () => {
      const now = await reader.item(item.url);
      return now !== undefined && lineOf(now.text) === wanted;
    }),
  };
}
