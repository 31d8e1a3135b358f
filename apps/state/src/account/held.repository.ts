import { Injectable } from "@nestjs/common";
import type { Removal } from "@ams-sync/contracts";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

export interface HeldRow {
  readonly entryId: string;
  readonly position: string;
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly removal: Removal;
  readonly approved: boolean;
  /** Names of those that it empties. */
  readonly fields: readonly string[];
}

export interface HeldRef {
  readonly entryId: bigint;
  readonly position: bigint;
  readonly removal: Removal;
  /** Names of those that were shown. */
  readonly fields: readonly string[];
}

/** What the guard holds back, and who agreed to it. */
@Injectable()
export class HeldRepository {
  /** @param after the last entry of the page before; 0: the first page */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    limit: number,
    after: bigint,
  ): Promise<readonly HeldRow[]> {
    return manager.query(
      `select i.entry_id as "entryId", i.position, coalesce(i.kind, l.kind) as kind,
         coalesce(i.record_id, l.record_id) as "recordId", coalesce(i.item_id, o.item_id) as "itemId",
         i.intent as removal, i.approved, i.intent_fields as fields
       from (
         select * from state.inbox e where e.tenant_id = $1 and e.account_id = $2 and e.stream = $3
           and e.state = 'intended' and e.side in ('ams', 'remote') and e.entry_id > $5
           and exists (select from state.stream t where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3
             and t.held_at is not null)
         order by e.entry_id limit $4) i
       left join lateral (select * from state.link l where l.tenant_id = $1 and l.account_id = $2
         and l.stream = $3 and l.item_id = i.item_id limit 1) l on true
       left join lateral (select * from state.link o where o.tenant_id = $1 and o.account_id = $2
         and o.kind = i.kind and o.record_id = i.record_id limit 1) o on true
       order by i.entry_id`,
      [tenantId, accountId, stream, limit, after.toString()],
    );
  }

  /**
   * Lets these go, as they were shown. Where a server names no versions each poll announces an item anew, which says
   * nothing: there only what goes is compared. Needs the account's lock.
   * @returns how many: what has changed since is left out
   */
  async approve(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    entries: readonly HeldRef[],
  ): Promise<number> {
    const rows: { approved: string }[] = await manager.query(
      `with approved as (
         update state.inbox i set approved = true
         from jsonb_to_recordset($4::jsonb) as r (entry_id bigint, position bigint, removal text, fields text[])
         where i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and i.entry_id = r.entry_id
           and (i.position = r.position or (i.side = 'remote' and i.item_version is null and not i.gone))
           and i.state = 'intended' and i.intent = r.removal
           and i.intent_fields <@ r.fields
         returning 1)
       select count(*) as approved from approved`,
      [
        ...[tenantId, accountId, stream],
        JSON.stringify(
          entries.map(({ entryId, position, removal, fields }) => ({
            entry_id: entryId.toString(),
            position: position.toString(),
            removal,
            fields,
          })),
        ),
      ],
    );
    return Number(rows[0]?.approved);
  }
}
