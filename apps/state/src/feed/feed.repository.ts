import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { storeStatement, type FeedColumns } from "./feed-statement.js";

/** All statements need the tenant as context and the source's row lock. */
@Injectable()
export class FeedRepository {
  /** Positions rise from `after` + 1. */
  async store(
    manager: EntityManager,
    tenantId: string,
    { epoch, after }: { readonly epoch: string; readonly after: bigint },
    columns: FeedColumns,
  ): Promise<void> {
    const { text, values } = storeStatement(tenantId, epoch, after, columns);
    await manager.query(text, values);
  }

  /** Rows that live, and those among them that the epoch's snapshot did not have. */
  async missing(
    manager: EntityManager,
    tenantId: string,
    epoch: string,
  ): Promise<{ readonly live: number; readonly missing: number }> {
    const rows: { live: string; missing: string }[] = await manager.query(
      `select count(*) as live, count(*) filter (where epoch < $2) as missing
       from state.feed where tenant_id = $1 and not deleted`,
      [tenantId, epoch],
    );
    return {
      live: Number(rows[0]?.live),
      missing: Number(rows[0]?.missing),
    };
  }

  /** Keeps the missing rows back. @returns how many are kept back now */
  async hold(
    manager: EntityManager,
    tenantId: string,
    epoch: string,
  ): Promise<number> {
    const rows: { held: string }[] = await manager.query(
      `with holding as (
         update state.feed set held = true where tenant_id = $1 and not deleted and epoch < $2 returning 1)
       select count(*) as held from holding`,
      [tenantId, epoch],
    );
    return Number(rows[0]?.held);
  }

  /**
   * Turns the missing rows, or the held ones, into tombstones at positions from `after` + 1; of those that were held
   * somebody has agreed to their deletion.
   * @returns their kinds, one per row
   */
  async bury(
    manager: EntityManager,
    tenantId: string,
    which: "missing" | "held",
    { epoch, after }: { readonly epoch: string; readonly after: bigint },
  ): Promise<{ readonly kinds: readonly string[]; readonly count: number }> {
    const chosen = which === "held" ? "held" : "epoch < $2";
    const rows: { kinds: string[] | null; count: string }[] =
      await manager.query(
        `with chosen as (
           select kind, record_id, $3 + row_number() over (order by kind, record_id) as position
           from state.feed where tenant_id = $1 and not deleted and epoch < $2 and ${chosen}
         ), buried as (
           update state.feed f set deleted = true, held = false, approved = held, epoch = $2, position = c.position,
             committed_at = now(), trace_parent = null
           from chosen c where f.tenant_id = $1 and f.kind = c.kind and f.record_id = c.record_id
           returning f.kind
         ) select array_agg(distinct kind) as kinds, count(*) as count from buried`,
        [tenantId, epoch, after.toString()],
      );
    return { kinds: rows[0]?.kinds ?? [], count: Number(rows[0]?.count) };
  }

  async held(manager: EntityManager, tenantId: string): Promise<number> {
    const rows: { held: string }[] = await manager.query(
      `select count(*) as held from state.feed where tenant_id = $1 and held`,
      [tenantId],
    );
    return Number(rows[0]?.held);
  }
}
