import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

/**
 * Why a stream's agreements are void. reset: a person wants everything restored. rebound: its run found the items in
 * another container. moved: its settings name another server, login or container, which has yet to be bound.
 */
export type Upheaval = "reset" | "rebound" | "moved";

/** What a stream knows of the place it writes to. Needs the account's lock. */
@Injectable()
export class TargetRepository {
  /**
   * Forgets tokens and what was agreed, and owes a full intake. Links stay as hints for adoption, without version and
   * fields: a base that is kept would tell the planner that there is nothing to send.
   * @returns false when there is no such stream
   */
  async forget(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    kind: StreamKind,
    why: Upheaval,
  ): Promise<boolean> {
    const key = [tenantId, accountId, kind];
    // A poll under way brings a token that would hide what came before it; `polling` false makes state drop it.
    // A run that rebinds its stream asks after that, from the beginning: that token counts.
    // A run that rebinds its stream has read the settings and takes in after this: that intake counts.
    const rows: unknown[] = await manager.query(
      `with forgotten as (
         update state.stream set feed_epoch = null, feed_position = null, remote_token = null, remote_due_at = now(),
           full_wanted = full_wanted + 1, polling = polling and $4 = 'rebound',
           listed = false, known_since = null, held_at = null, previewed_to = null,
           full_told = case when $4 = 'rebound' then full_told + 1 else full_told end,
           container = case when $4 = 'moved' then null else container end
         where tenant_id = $1 and account_id = $2 and kind = $3 returning 1)
       select 1 from forgotten`,
      [...key, why],
    );
    if (rows.length === 0) return false;
    await manager.query(
      `update state.link set item_version = null, hash = '', fields = '{}', lost_version = null
       where tenant_id = $1 and account_id = $2 and stream = $3
         and (item_version is not null or hash <> '' or lost_version is not null)`,
      key,
    );
    // Read again, found again, but for what nobody wants back; what was to be deleted or cleared is planned anew.
    await manager.query(
      `with parted as (
         delete from state.parted_item where tenant_id = $1 and account_id = $2 and stream = $3)
       delete from state.unlinked_item where tenant_id = $1 and account_id = $2 and stream = $3
         and ($4 <> 'reset' or reason <> 'record-deleted')`,
      [...key, why],
    );
    await manager.query(
      `update state.inbox set intent = null, approved = false,
         due_at = case when state in ('intended', 'shown') then now() else due_at end,
         state = case when state in ('intended', 'shown') then 'pending' else state end
       where tenant_id = $1 and account_id = $2 and stream = $3 and (intent is not null or state = 'shown')`,
      key,
    );
    if (why === "reset") {
      // What was set aside is tried again once it is listed, though it has not changed.
      await manager.query(
        `update state.inbox set item_version = null
         where tenant_id = $1 and account_id = $2 and stream = $3 and side = 'remote' and state = 'set-aside'`,
        key,
      );
      return true;
    }
    // In another place nothing has been lost yet; what is linked is not there.
    await manager.query(
      `update state.link set elsewhere = true, lost = null, lost_at = null
       where tenant_id = $1 and account_id = $2 and stream = $3 and (lost is not null or not elsewhere)`,
      key,
    );
    // What was announced of the old place is no news of the new one.
    await manager.query(
      `delete from state.inbox where tenant_id = $1 and account_id = $2 and stream = $3 and side = 'remote'`,
      key,
    );
    if (why === "moved")
      await this.free(manager, { tenantId, accountId }, kind);
    return true;
  }

  /** Whoever wants the container may bind it from now on. */
  async free(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    kind: StreamKind,
  ): Promise<void> {
    await manager.query(
      `delete from state.container where tenant_id = $1 and account_id = $2 and kind = $3`,
      [tenantId, accountId, kind],
    );
  }
}
