import type { EntityManager } from "typeorm";

/**
 * Names the tenant of the statements that follow, until the transaction ends. For the feed, whose one transaction spans
 * tenants; all else uses `withTenant`.
 */
export const actAs = async (
  manager: EntityManager,
  tenantId: string,
): Promise<void> => {
  await manager.query(`select set_config('app.tenant_id', $1, true)`, [
    tenantId,
  ]);
};
