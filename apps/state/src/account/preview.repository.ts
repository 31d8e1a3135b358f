import { Injectable } from "@nestjs/common";
import type { ShownAction } from "@ams-sync/contracts";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import { Refusal } from "../refusal.js";
import type { AccountKey } from "../wire/read.js";

export type PreviewState = "planning" | "shown";

export interface PreviewRow {
  readonly state: PreviewState | null;
  readonly number: string;
  readonly since: Date | null;
  readonly counts: readonly {
    readonly action: ShownAction;
    readonly count: string;
    readonly conflicts: string;
  }[];
}

export interface PreviewEntryRow {
  readonly entryId: string;
  readonly action: ShownAction;
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly fields: readonly string[];
  readonly conflict: boolean;
}

export interface PreviewQuestion {
  readonly stream: StreamKind;
  readonly action?: ShownAction | undefined;
  /** Only those that overwrite a value. */
  readonly conflict: boolean;
  readonly limit: number;
  /** The last entry of the page before; 0: the first page. */
  readonly after: bigint;
}

/** Whether its place is empty is not known yet: nothing waits for a person. */
export const PREVIEW = `case t.preview when 'wanted' then 'planning' when 'shown' then 'shown' end`;

/**
 * Both sides may have announced one record, which is shown once: with its removal where one of them comes to that, else
 * as what the other system announced, which may be the record's item.
 */
const SEEN = `i.tenant_id = $1 and i.account_id = $2 and i.stream = $3 and i.state = 'shown' and i.shown is not null
         and not exists (select from state.inbox o where o.tenant_id = $1 and o.account_id = $2 and o.state = 'shown'
           and o.shown_kind = i.shown_kind and o.shown_record = i.shown_record and o.shown is not null
           and (o.intent is null, o.side = 'ams', o.entry_id) < (i.intent is null, i.side = 'ams', i.entry_id))`;

/** What people see before it is done, and that they agree. */
@Injectable()
export class PreviewRepository {
  /** @throws Refusal unknown when there is no such stream */
  async find(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
  ): Promise<PreviewRow> {
    const key = [tenantId, accountId, stream];
    const [row]: Omit<PreviewRow, "counts">[] = await manager.query(
      `select ${PREVIEW} as state, t.preview_no as number,
         case when t.preview in ('wanted', 'shown') then t.preview_at end as since
       from state.stream t where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3`,
      key,
    );
    if (row === undefined)
      throw new Refusal("unknown", `The account has no stream of ${stream}.`);
    if (row.state === null) return { ...row, counts: [] };
    return {
      ...row,
      counts: await manager.query(
        `select i.shown as action, count(*) as count, count(*) filter (where i.shown_conflict) as conflicts
         from state.inbox i where ${SEEN} group by 1`,
        key,
      ),
    };
  }

  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { stream, action, conflict, limit, after }: PreviewQuestion,
  ): Promise<readonly PreviewEntryRow[]> {
    return manager.query(
      `select i.entry_id as "entryId", i.shown as action, i.shown_kind as kind, i.shown_record as "recordId",
         coalesce(i.shown_item, i.item_id) as "itemId", i.shown_fields as fields, i.shown_conflict as conflict
       from state.inbox i where ${SEEN} and i.entry_id > $4 and ($5::text is null or i.shown = $5)
         and (not $6::boolean or i.shown_conflict)
         and exists (select from state.stream t where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3
           and t.preview is not null)
       order by i.entry_id limit $7`,
      [
        ...[tenantId, accountId, stream, after.toString()],
        ...[action ?? null, conflict, limit],
      ],
    );
  }

  /**
   * What was shown may be done; of all that waits, here or in the feed, a removal that was not shown is held. Needs the
   * account's lock.
   * @returns how many entries were shown
   * @throws Refusal not-now while it is planned, and where another number is the newest
   */
  async apply(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    number: bigint,
  ): Promise<number> {
    const key = [tenantId, accountId, stream];
    const closed: unknown[] = await manager.query(
      `with closed as (
         update state.stream t set preview = null, previewed_to = (
             select s.position from state.tenant e join state.source s on s.name = e.source where e.tenant_id = $1)
         where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3 and t.preview = 'shown' and t.preview_no = $4
           and t.full_done >= t.full_wanted returning 1)
       select 1 from closed`,
      [...key, number.toString()],
    );
    if (closed.length === 0)
      throw new Refusal(
        "not-now",
        "What would be done has changed since it was shown, or is still being planned.",
      );
    const [row]: { applied: string }[] = await manager.query(
      `with seen as (
         select count(*) as applied from state.inbox i where ${SEEN}
       ), marked as (
         update state.inbox set previewed = true,
           due_at = case when state = 'shown' then now() else due_at end,
           approved = approved or (state = 'shown' and intent is not null),
           state = case when state = 'shown' then 'pending' else state end
         where tenant_id = $1 and account_id = $2 and stream = $3)
       select applied from seen`,
      key,
    );
    return Number(row?.applied);
  }
}
