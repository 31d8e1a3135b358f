import type { Client } from "pg";

const IDENTITIES = [
  ["department", "department_id"],
  ["user_account", "user_id"],
  ["agent", "agent_id"],
  ["company", "company_id"],
  ["customer", "customer_id"],
  ["tag", "tag_id"],
  ["appointment", "appointment_id"],
] as const;

/**
 * The rows brought their own ids; what is inserted next must not meet them. Drawn and not set: other brokerages may draw
 * meanwhile, and a sequence that is set back hands out ids twice.
 */
export async function moveSequences(client: Client): Promise<void> {
  for (const [table, column] of IDENTITIES)
    await client.query(
      `select count(nextval(sequence)) from pg_get_serial_sequence('ams.${table}', '${column}') as sequence,
         generate_series(coalesce(pg_sequence_last_value(sequence::regclass), 0) + 1, (select max(${column}) from ams.${table}))`,
    );
}
