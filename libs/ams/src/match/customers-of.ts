import { scope } from "@ams-sync/sync-core";
import type {
  ContactRecord,
  Instant,
  SyncOptions,
  UserView,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";

/** What says which customer an appointment is about (R23); more than one of a kind says nothing. */
export interface CustomerHints {
  /** Of linked contacts: they go before what follows. */
  readonly customerIds?: readonly string[];
  readonly attendees: readonly string[];
  readonly customerNumbers: readonly string[];
}

/** A customer as hints name it. */
export interface NamedCustomer {
  readonly id: string;
  readonly agentId?: string;
  readonly email?: string;
  readonly number?: string;
}

/**
 * For each the one visible customer that the hints name. All linked contacts together must be one customer; those invited
 * are asked only where no contact is any, and the numbers only where nobody invited is.
 * @param customers who has one of the addresses or numbers; others do no harm
 * @param user whose addresses do not count: an agent is a customer, too, and stands among those invited to most appointments
 */
export function customersAmong(
  hints: readonly CustomerHints[],
  customers: Iterable<NamedCustomer>,
  user: UserView,
): readonly (string | undefined)[] {
  const byId = new Map<string, string[]>();
  const byEmail = new Map<string, string[]>();
  const byNumber = new Map<string, string[]>();
  const add = (index: Map<string, string[]>, key: string, id: string) => {
    if (key !== "") index.set(key, [...(index.get(key) ?? []), id]);
  };
  for (const customer of customers) {
    if (!visible(customer, user)) continue;
    add(byId, customer.id, customer.id);
    add(byEmail, foldEmail(customer.email ?? ""), customer.id);
    add(byNumber, (customer.number ?? "").trim(), customer.id);
  }
  for (const address of user.addresses ?? [])
    byEmail.delete(foldEmail(address));
  const named = (index: Map<string, string[]>, keys: readonly string[]) => [
    ...new Set(keys.flatMap((key) => index.get(key) ?? [])),
  ];
  return hints.map(({ customerIds = [], attendees, customerNumbers }) => {
    const found =
      [
        named(byId, customerIds),
        named(byEmail, attendees.map(foldEmail)),
        named(byNumber, customerNumbers.map(trim)),
      ].find((some) => some.length > 0) ?? [];
    return found.length === 1 ? found[0] : undefined;
  });
}

/** Every customer counts whom the user sees, whatever the account carries of them. */
const ALL: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: false,
    agents: false,
    tags: [],
    birthday: true,
  },
};

function visible({ id, agentId }: NamedCustomer, user: UserView): boolean {
  const record: ContactRecord = {
    kind: "customer",
    id,
    type: "private",
    values: {},
    tags: [],
    lastChanged: 0 as Instant,
    ...(agentId !== undefined && { agentId }),
  };
  return scope(record, user, ALL, record.lastChanged).in;
}

const trim = (text: string): string => text.trim();
const foldEmail = (text: string): string => text.trim().toLowerCase();

/**
 * See `customersAmong`; one query for all.
 * @param manager inside `withTenant`
 */
export async function customersOf(
  manager: EntityManager,
  user: UserView,
  hints: readonly CustomerHints[],
): Promise<readonly (string | undefined)[]> {
  const emails = hints.flatMap(({ attendees }) => attendees.map(foldEmail));
  const numbers = hints.flatMap(({ customerNumbers }) =>
    customerNumbers.map(trim),
  );
  const ids = hints.flatMap(({ customerIds = [] }) => customerIds);
  if (ids.length + emails.length + numbers.length === 0)
    return hints.map(() => undefined);
  const rows = await manager.query<Row[]>(
    `select customer_id, agent_id, email_key, customer_number
     from ams.customer where email_key = any ($1::text[]) or customer_number = any ($2::text[])
       or customer_id = any ($3::bigint[])`,
    [emails.map(storable), numbers.map(storable), ids],
  );
  const customers = rows.map((row): NamedCustomer => ({
    id: row.customer_id,
    ...(row.agent_id !== null && { agentId: row.agent_id }),
    ...(row.email_key !== null && { email: row.email_key }),
    ...(row.customer_number !== null && { number: row.customer_number }),
  }));
  return customersAmong(hints, customers, user);
}

interface Row {
  readonly customer_id: string;
  readonly agent_id: string | null;
  readonly email_key: string | null;
  readonly customer_number: string | null;
}

/** PostgreSQL knows no NUL in a text; what somebody wrote into a calendar may hold one. */
const storable = (text: string): string => text.replaceAll("\0", "");
