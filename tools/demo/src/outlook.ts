import {
  connectMailbox,
  expectedInOutlook,
  readMailbox,
  visibleAfter,
  type ConnectedMailbox,
  type SeenItems,
} from "@ams-sync/proof";
import type { Graph } from "@ams-sync/testing/graph";
import type { GeneratedBrokerage } from "@ams-sync/ams";
import type { Client } from "pg";
import { outlookUser } from "./brokerage.js";
import type { ShownChange } from "./changes.js";
import { onlyOnce } from "./only-once.js";
import type { ShownReturn } from "./way-back.js";

const ADDRESS = "outlook@makler.example";

/** Connects the user whom the cloud has no login for to a mailbox on the simulator. */
export function connectOutlook(
  settings: Parameters<typeof connectMailbox>[0],
  brokerage: GeneratedBrokerage,
  graph: Graph,
): Promise<ConnectedMailbox> {
  const { userId, firstName, lastName } = outlookUser(brokerage);
  return connectMailbox(
    ...([settings, brokerage.tenantId] as const),
    { userId, name: `${firstName} ${lastName}` },
    graph,
    graph.mailbox(ADDRESS),
  );
}

/** Changes a customer in ams with SQL, awaited in the mailbox. */
export async function showInMailbox(
  ams: Client,
  tenantId: string,
  user: ConnectedMailbox,
): Promise<ShownChange> {
  const before = await expectedInOutlook(ams, tenantId, user.userId);
  const { record, item } = onlyOnce(
    before.contacts,
    readMailbox(user.mailbox).contacts,
  );
  const sql = `update ams.customer set phone_business = '+49 351 5550177' where customer_id = ${record.id}`;
  await ams.query(`${sql} and tenant_id = '${tenantId}'`);
  const committedAt = performance.now();
  const after = await expectedInOutlook(ams, tenantId, user.userId);
  const wanted = after.contacts.find(({ id }) => id === record.id)?.line;
  return {
    ...{ recordId: record.id, sql, url: item.url },
    visibleAfterMs: await visibleAfter(
      committedAt,
      async () => lineOf(readMailbox(user.mailbox), item.url) === wanted,
    ),
  };
}

const SUBJECT = "Verlegt nach Bautzen";

/** Changes an appointment in the mailbox, as in Outlook, awaited in ams. */
export async function showFromMailbox(
  ams: Client,
  tenantId: string,
  { userId, mailbox }: ConnectedMailbox,
): Promise<ShownReturn> {
  const { appointments } = await expectedInOutlook(ams, tenantId, userId);
  // A calendar is looked at from a year back on.
  const recent = appointments.filter(
    ({ line }) => line.slice(0, 10) >= today(),
  );
  const { record, item } = onlyOnce(recent, readMailbox(mailbox).appointments);
  mailbox.events.edit(item.url, { subject: SUBJECT });
  const savedAt = performance.now();
  const sql = `select reason from ams.appointment where appointment_id = ${record.id}`;
  return {
    recordId: record.id,
    what: `subject = '${SUBJECT}'`,
    value: SUBJECT,
    url: item.url,
    sql,
    inAmsAfterMs: await visibleAfter(savedAt, async () => {
      const { rows } = await ams.query<{ reason: string | null }>(
        `${sql} and tenant_id = '${tenantId}'`,
      );
      return rows[0]?.reason === SUBJECT;
    }),
  };
}

const lineOf = ({ contacts }: SeenItems, id: string): string | undefined =>
  contacts.find(({ url }) => url === id)?.line;

const today = (): string => new Date().toISOString().slice(0, 10);
