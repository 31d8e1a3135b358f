import type { DataSource, EntityManager } from "typeorm";
import { inTransaction } from "../database/in-transaction.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * One transaction as one tenant: row-level security shows and takes that tenant's rows only. The setting ends with the
 * transaction, so a pooled connection never carries a tenant to the next user of it.
 * @param tenantId UUID
 * @param opening SQL that goes out with the transaction's beginning, as of `inTransaction`
 */
export const withTenant = async <T>(
  dataSource: DataSource,
  tenantId: string,
  work: (manager: EntityManager) => Promise<T>,
  opening = "",
): Promise<T> => {
  if (!UUID.test(tenantId)) throw new TypeError("tenantId must be a UUID");
  const asTenant = `select set_config('app.tenant_id', '${tenantId}', true)`;
  return inTransaction(dataSource, `${asTenant}; ${opening}`, work);
};
