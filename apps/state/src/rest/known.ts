import { withTenant } from "@ams-sync/platform";
import { notFound } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { DataSource, EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

/** Reads of an account; another tenant's is not there, and not merely empty. @throws Problem `not-found` */
export const known = async <T>(
  database: DataSource,
  { tenantId, accountId }: AccountKey,
  read: (manager: EntityManager) => Promise<T>,
): Promise<T> =>
  withTenant(database, tenantId, async (manager) => {
    const found: unknown[] = await manager.query(
      `select 1 from state.account where tenant_id = $1 and account_id = $2`,
      [tenantId, accountId],
    );
    if (found.length === 0) throw notFound();
    return read(manager);
  });

/** The tenant is the token's alone. */
export const accountOf = (
  { tenantId }: Person,
  { accountId }: { readonly accountId: string },
): AccountKey => ({ tenantId, accountId });
