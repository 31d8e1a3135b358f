import type { DataSource, EntityManager } from "typeorm";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * One transaction as one tenant: row-level security shows and takes that tenant's rows only. The setting ends with the
 * transaction, so a pooled connection never carries a tenant to the next user of it.
 * @param tenantId UUID
 */
export const withTenant = async <T>(
  dataSource: DataSource,
  tenantId: string,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> => {
  if (!UUID.test(tenantId)) throw new TypeError("tenantId must be a UUID");
  return dataSource.transaction(async (manager) => {
    await manager.query("select set_config('app.tenant_id', $1, true)", [
      tenantId,
    ]);
    return work(manager);
  });
};
