import {
  type ConnectedUser,
  DavReader,
  expectedOf,
  saveItem,
  type SeenItems,
  visibleAfter,
  withMobile,
  withSummary,
} from "@ams-sync/proof";
import type { Client } from "pg";
import { onlyOnce } from "./only-once.js";

/** The longest and shortest time between two questions to the server, ms: nobody likes to wait in front of a demo. */
export const POLLS = { POLL_MIN_MS: "2000", POLL_MAX_MS: "5000" };

export interface ShownReturn {
  readonly recordId: string;
  /** What was changed there, for people. */
  readonly what: string;
  /** As it stands in the item now. */
  readonly value: string;
  /** Where it was changed. */
  readonly url: string;
  /** Shows what ams has of it. */
  readonly sql: string;
  /** From the answer to PUT to the first SELECT that shows the change; undefined: it did not come. */
  readonly inAmsAfterMs: number | undefined;
}

interface Plan {
  readonly stream: keyof SeenItems;
  readonly table: "customer" | "appointment";
  readonly column: "mobile" | "reason";
  readonly value: string;
  readonly edit: (text: string, value: string) => string;
}

const CUSTOMER: Plan = {
  ...{ stream: "contacts", table: "customer", column: "mobile" },
  value: "+49 171 5550188",
  edit: withMobile,
};

const APPOINTMENT: Plan = {
  ...{ stream: "appointments", table: "appointment", column: "reason" },
  value: "Verlegt nach Görlitz",
  edit: withSummary,
};

/** Changes one card and one event of the user on the server, as their telephone would, each awaited in ams. */
export async function showWayBack(
  ams: Client,
  tenantId: string,
  user: ConnectedUser,
  seen: SeenItems,
): Promise<{ customer: ShownReturn; appointment: ShownReturn }> {
  const show = (plan: Plan) => change(ams, tenantId, user, seen, plan);
  return {
    customer: await show(CUSTOMER),
    appointment: await show(APPOINTMENT),
  };
}

async function change(
  ams: Client,
  tenantId: string,
  user: ConnectedUser,
  seen: SeenItems,
  { stream, table, column, value, edit }: Plan,
): Promise<ShownReturn> {
  const expected = await expectedOf(ams, tenantId, user.userId);
  const { record, item } = onlyOnce(expected[stream], seen[stream]);
  const current = await new DavReader(user.login).item(item.url);
  if (!current) throw new Error(`${item.url} is not there any more.`);
  await saveItem(user.login, current, edit(current.text, value));
  const savedAt = performance.now();
  const sql = `select ${column} from ams.${table} where ${table}_id = ${record.id}`;
  return {
    recordId: record.id,
    what: `${column} = '${value}'`,
    value,
    url: item.url,
    sql,
    inAmsAfterMs: await visibleAfter(savedAt, async () => {
      const { rows } = await ams.query<Record<string, unknown>>(
        `${sql} and tenant_id = '${tenantId}'`,
      );
      return rows[0]?.[column] === value;
    }),
  };
}
