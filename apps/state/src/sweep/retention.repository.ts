import { Inject, Injectable } from "@nestjs/common";
import { withTenant } from "@ams-sync/platform";
import type { DataSource } from "typeorm";
import { SCHEDULE_DATABASE, STATE_DATABASE } from "../databases.js";

/** What is kept for a time only. The index by account and time is what finds it: of each account the oldest few are looked at. */
const EXPIRED = {
  /** Values that lost. */
  conflict: `delete from state.conflict c using (
      select o.conflict_id, a.account_id from state.account a cross join lateral (
        select conflict_id from state.conflict
        where tenant_id = $1 and account_id = a.account_id and at < $2
        order by at limit $3 for update skip locked) o
      where a.tenant_id = $1 limit $3) old
    where c.tenant_id = $1 and c.account_id = old.account_id and c.conflict_id = old.conflict_id returning 1`,
  /** What runs did, with the texts of what they failed for; not the one that an account is held by. */
  run: `delete from state.run r using (
      select o.run_id, a.account_id from state.account a cross join lateral (
        select run_id from state.run
        where tenant_id = $1 and account_id = a.account_id and started_at < $2 and run_id is distinct from a.run_id
        order by started_at limit $3 for update skip locked) o
      where a.tenant_id = $1 limit $3) old
    where r.tenant_id = $1 and r.account_id = old.account_id and r.run_id = old.run_id returning 1`,
  /**
   * Texts of what is set aside, as servers have worded them; the reason's code stays. A run looks at all of it once a day
   * and words it anew: only where none began since then the texts are as old.
   */
  "set-aside text": `update state.inbox i set message = '' from (
      select o.entry_id, a.account_id from state.account a cross join lateral (
        select entry_id from state.inbox
        where tenant_id = $1 and account_id = a.account_id and state = 'set-aside' and message <> ''
        limit $3 for update skip locked) o
      where a.tenant_id = $1 and not exists (select from state.run r
        where r.tenant_id = $1 and r.account_id = a.account_id and r.started_at >= $2)
      limit $3) old
    where i.tenant_id = $1 and i.account_id = old.account_id and i.entry_id = old.entry_id returning 1`,
} as const;
export type Journal = keyof typeof EXPIRED;
export const JOURNALS = Object.keys(EXPIRED) as readonly Journal[];

/** Journals that hold people's data, and what of them is too old. */
@Injectable()
export class RetentionRepository {
  constructor(
    @Inject(STATE_DATABASE) private readonly state: DataSource,
    @Inject(SCHEDULE_DATABASE) private readonly schedule: DataSource,
  ) {}

  /** Tenants with accounts, after the given one; also such as never run again. */
  async tenants(after: string | undefined, limit: number): Promise<string[]> {
    const rows: { tenant_id: string }[] = await this.schedule.query(
      `select distinct tenant_id from state.schedule where $1::uuid is null or tenant_id > $1
       order by tenant_id limit $2`,
      [after ?? null, limit],
    );
    return rows.map(({ tenant_id: tenantId }) => tenantId);
  }

  /**
   * One batch of a tenant's, in a transaction of its own. What another replica is about to drop is passed by.
   * @returns how many there were
   */
  async expire(
    tenantId: string,
    journal: Journal,
    before: Date,
    limit: number,
  ): Promise<number> {
    return withTenant(this.state, tenantId, async (manager) => {
      const [, count]: [unknown, number] = await manager.query(
        EXPIRED[journal],
        [tenantId, before, limit],
      );
      return count;
    });
  }
}
