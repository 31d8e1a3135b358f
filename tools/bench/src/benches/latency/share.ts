import type { ContactsOffice } from "../../sync/contacts-office.js";

/** Half of the customers to the first user, half to the second one. @returns those of the second */
export async function share({
  ams,
  brokerage,
  tenantId,
}: ContactsOffice): Promise<{ readonly others: readonly string[] }> {
  const [first, second] = brokerage.users;
  if (!first || !second) throw new Error("There are not two users.");
  await ams.query(
    "update ams.customer set agent_id = 1 + customer_id % 2 where tenant_id = $1",
    [tenantId],
  );
  await ams.query("delete from ams.agent_release where tenant_id = $1", [
    tenantId,
  ]);
  await ams.query(
    "insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, $2, 1), ($1, $3, 2)",
    [tenantId, first.userId, second.userId],
  );
  const { rows } = await ams.query<{ id: string }>(
    "select customer_id as id from ams.customer where tenant_id = $1 and agent_id = 2 order by customer_id",
    [tenantId],
  );
  return { others: rows.map(({ id }) => id) };
}
