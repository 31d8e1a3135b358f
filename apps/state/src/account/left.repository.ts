import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { RecordRef } from "../run/result.js";
import type { Decision } from "../run/slice.repository.js";
import type { AccountKey } from "../wire/read.js";

export interface LeftRow {
  readonly itemId: string;
  readonly reason: string;
  readonly candidates: readonly RecordRef[];
  readonly leftAt: Date;
  readonly settled: boolean;
}

/** Items of the other system that belong to no record. */
@Injectable()
export class LeftRepository {
  /**
   * One look for each link: as a join it would read all of an account's for a page.
   * @param after the last item of the page before
   */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    limit: number,
    after: string,
  ): Promise<readonly LeftRow[]> {
    return manager.query(
      `select u.item_id as "itemId", u.reason, u.candidates, u.left_at as "leftAt", u.settled
       from state.unlinked_item u
       where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3 and u.item_id > $5
         and (select 1 from state.link l where l.tenant_id = $1 and l.account_id = $2 and l.stream = $3
           and l.item_id = u.item_id limit 1) is null
       order by u.item_id limit $4`,
      [tenantId, accountId, stream, limit, after],
    );
  }

  /**
   * What a user says of an item. Left alone, it stays so whatever becomes of it; else it is announced with the answer.
   * Needs the account's lock.
   * @throws Refusal unknown when it belongs to a record by now, not-now when the record has another item
   */
  async decide(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    itemId: string,
    decision: Decision,
  ): Promise<void> {
    const item = [tenantId, accountId, stream, itemId];
    const settled: unknown[] = await manager.query(
      `with settled as (
         update state.unlinked_item set settled = $5
         where tenant_id = $1 and account_id = $2 and stream = $3 and item_id = $4 returning 1)
       select 1 from settled`,
      [...item, decision.answer === "leave"],
    );
    if (settled.length === 0)
      throw new Refusal("unknown", "There is no such item without a record.");
    if (decision.answer === "leave") {
      await manager.query(
        `update state.inbox set decision = null, decision_kind = null, decision_record_id = null
         where tenant_id = $1 and account_id = $2 and stream = $3 and side = 'remote' and item_id = $4`,
        item,
      );
      return;
    }
    const record = decision.answer === "link" ? decision : undefined;
    if (record !== undefined)
      await this.choose(manager, { tenantId, accountId }, record);
    await manager.query(
      `with numbered as (
         update state.account set remote_position = remote_position + 1
         where tenant_id = $1 and account_id = $2 returning remote_position)
       insert into state.inbox as i (tenant_id, account_id, stream, side, item_id, item_version, gone, position,
         judged_at, committed_at, due_at, decision, decision_kind, decision_record_id, appeared_at)
       select $1, $2, $3, 'remote', u.item_id, u.item_version, false, n.remote_position, now(), now(), now(),
         $5, $6, $7::bigint, u.appeared_at
       from state.unlinked_item u cross join numbered n
       where u.tenant_id = $1 and u.account_id = $2 and u.stream = $3 and u.item_id = $4
       on conflict (tenant_id, account_id, stream, item_id) where side = 'remote' do update set
         position = excluded.position, due_at = least(i.due_at, excluded.due_at), state = 'pending', attempts = 0, code = null,
         message = null, intent = null, approved = false, decision = excluded.decision,
         decision_kind = excluded.decision_kind, decision_record_id = excluded.decision_record_id`,
      [
        ...item,
        decision.answer,
        record?.kind ?? null,
        record?.recordId ?? null,
      ],
    );
  }

  /** The record may wait for this very answer. */
  private async choose(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { kind, recordId }: RecordRef,
  ): Promise<void> {
    const record = [tenantId, accountId, kind, recordId];
    const taken: unknown[] = await manager.query(
      `select 1 from state.link where tenant_id = $1 and account_id = $2 and kind = $3 and record_id = $4
         and hash <> '' and lost is null`,
      record,
    );
    if (taken.length > 0)
      throw new Refusal("not-now", "The record has an item already.");
    await manager.query(
      `update state.inbox set due_at = now() where tenant_id = $1 and account_id = $2 and side = 'ams'
         and kind = $3 and record_id = $4 and state = 'set-aside'`,
      record,
    );
  }
}
