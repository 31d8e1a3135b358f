import { Injectable } from "@nestjs/common";
import type { StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";
import type { Shown } from "./writes.js";

/** What runs plan and do not do. Needs the account's lock. */
@Injectable()
export class TrialRepository {
  /**
   * Has all of a stream planned and shown, also what was shown before.
   * @param asked by a person; else only where a preview is open already
   */
  async begin(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    asked: boolean,
  ): Promise<void> {
    const begun: unknown[] = await manager.query(
      `with begun as (
         update state.stream set preview = case preview when 'first' then 'first' else 'wanted' end, preview_at = now(),
           preview_no = preview_no + 1, preview_from = preview_no + 1
         where tenant_id = $1 and account_id = $2 and kind = $3 and (preview is not null or $4) returning 1)
       select 1 from begun`,
      [tenantId, accountId, stream, asked],
    );
    if (begun.length > 0)
      await this.planAnew(manager, { tenantId, accountId }, stream, [
        "shown",
        "intended",
      ]);
  }

  /**
   * What was planned for a preview that was begun anew meanwhile is planned once more. An item that is taken for a record
   * which has another one comes to nothing: only here that is known. A removal that whoever looked has not seen makes
   * their answer void.
   */
  async show(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    shown: readonly ({ readonly entryId: string } & Shown)[],
  ): Promise<void> {
    await manager.query(
      `with told as (
         select r.*, o.shown as was, o.shown_fields as was_fields,
           o.side = 'remote' and exists (select from state.link l where l.tenant_id = $1 and l.account_id = $2
             and l.kind = r.kind and l.record_id = r."recordId" and l.item_id <> o.item_id
             and l.hash <> '' and l.lost is null) as void
         from jsonb_to_recordset($4::jsonb) as r ("entryId" bigint, number bigint, action text, fields text[],
             conflict boolean, kind text, "recordId" bigint, "itemId" text)
           join state.stream t on t.tenant_id = $1 and t.account_id = $2 and t.kind = $3 and t.preview is not null
             and r.number between t.preview_from and t.preview_no
           join state.inbox o on o.tenant_id = $1 and o.account_id = $2 and o.entry_id = r."entryId"
       ), kept as (
         update state.inbox i set state = 'shown', due_at = null, attempts = 0, code = null, message = null,
           intent = case when not told.void and told.action in ('delete', 'clear') then told.action end,
           intent_fields = case when told.action = 'clear' then told.fields else '{}' end, approved = false,
           shown = case when not told.void then told.action end, shown_fields = told.fields,
           shown_conflict = told.conflict, shown_kind = told.kind, shown_record = told."recordId",
           shown_item = told."itemId"
         from told where i.tenant_id = $1 and i.account_id = $2 and i.entry_id = told."entryId")
       update state.stream t set preview_no = preview_no + 1
       where t.tenant_id = $1 and t.account_id = $2 and t.kind = $3 and t.preview = 'shown'
         and exists (select from told where not void and action in ('delete', 'clear')
           and (was is distinct from action or not fields <@ was_fields))`,
      [
        ...[tenantId, accountId, stream],
        JSON.stringify(
          shown.map(({ record, ...one }) => ({ ...one, ...record })),
        ),
      ],
    );
  }

  /**
   * Streams of which all is planned: a person is to look, or there is nothing to see and they go on at once.
   * @returns whether one goes on
   */
  async settle(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
  ): Promise<boolean> {
    const key = [tenantId, accountId];
    const settled: { kind: StreamKind; shows: boolean }[] = await manager.query(
      `with planned as (
         select t.kind, exists (select from state.inbox i where i.tenant_id = $1 and i.account_id = $2
           and i.stream = t.kind and i.state = 'shown' and i.shown is not null) as shows
         from state.stream t
         where t.tenant_id = $1 and t.account_id = $2 and t.preview = 'wanted' and t.active and t.listed
           and t.full_done >= t.full_wanted
           and not exists (select from state.inbox i where i.tenant_id = $1 and i.account_id = $2 and i.stream = t.kind
             and i.state in ('pending', 'set-aside') and i.side in ('ams', 'remote')
             and i.due_at <= statement_timestamp())
       ), stored as (
         update state.stream t set preview = case when planned.shows then 'shown' end from planned
         where t.tenant_id = $1 and t.account_id = $2 and t.kind = planned.kind)
       select * from planned`,
      key,
    );
    const silent = settled.flatMap(({ kind, shows }) => (shows ? [] : [kind]));
    for (const stream of silent)
      await this.planAnew(manager, { tenantId, accountId }, stream);
    return silent.length > 0;
  }

  /** What was planned is planned once more. */
  async planAnew(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    states: readonly ("shown" | "intended")[] = ["shown"],
  ): Promise<void> {
    await manager.query(
      `update state.inbox set state = case when state = any($4) then 'pending' else state end,
         due_at = case when state = any($4) then now() else due_at end,
         intent = case when not state = any($4) then intent end,
         intent_fields = case when state = any($4) then '{}' else intent_fields end,
         approved = approved and not state = any($4), shown = null, shown_fields = null, shown_conflict = null, shown_kind = null, shown_record = null,
         shown_item = null
       where tenant_id = $1 and account_id = $2 and stream = $3
         and (state = any($4) or shown is not null)`,
      [tenantId, accountId, stream, states],
    );
  }
}
