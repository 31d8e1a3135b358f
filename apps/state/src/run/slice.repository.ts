import { Injectable } from "@nestjs/common";
import type { Origin, RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

export interface LinkRow {
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  readonly itemVersion: string | null;
  readonly hash: string;
  readonly fields: string;
  readonly origin: Origin;
}

export interface EntryRow {
  readonly entryId: string;
  readonly side: "ams" | "remote";
  readonly kind: RecordKind | null;
  readonly recordId: string | null;
  readonly itemId: string | null;
  readonly itemVersion: string | null;
  readonly gone: boolean;
  readonly position: string;
  readonly judgedAt: Date;
  readonly committedAt: Date;
  readonly traceParent: string | null;
  readonly attempts: number;
  readonly sent: boolean;
  readonly sentFields: readonly string[];
  readonly link: LinkRow | null;
}

type SliceRow = Omit<EntryRow, "link"> & {
  readonly [K in keyof LinkRow as `link${Capitalize<K>}`]: LinkRow[K] | null;
};

@Injectable()
export class SliceRepository {
  /**
   * Entries that are due, each with the link of its record or item: what was announced before what failed once, or
   * failures that come due by the thousand would hold up every change; of each those first that have been due longest.
   */
  async next(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    limit: number,
  ): Promise<readonly EntryRow[]> {
    const rows: SliceRow[] = await manager.query(
      `select i.entry_id as "entryId", i.side, i.kind, i.record_id as "recordId", i.item_id as "itemId",
         i.item_version as "itemVersion", i.gone, i.position, i.judged_at as "judgedAt",
         i.committed_at as "committedAt", i.trace_parent as "traceParent", i.attempts, i.sent, i.sent_fields as "sentFields",
         l.kind as "linkKind", l.record_id as "linkRecordId", l.item_id as "linkItemId",
         l.item_version as "linkItemVersion", l.hash as "linkHash", l.fields::text as "linkFields",
         l.origin as "linkOrigin"
       from (
         (select * from state.inbox
          where tenant_id = $1 and account_id = $2 and stream = $3 and state = 'pending'
            and due_at <= statement_timestamp()
          order by due_at, entry_id limit $4)
         union all
         (select * from state.inbox
          where tenant_id = $1 and account_id = $2 and stream = $3 and state = 'set-aside'
            and due_at <= statement_timestamp()
          order by due_at, entry_id limit $4)
         order by state, due_at, entry_id limit $4) i
       left join lateral (
         select * from state.link r where i.side = 'ams' and r.tenant_id = $1 and r.account_id = $2
           and r.kind = i.kind and r.record_id = i.record_id
         union all
         select * from state.link r where i.side = 'remote' and r.tenant_id = $1 and r.account_id = $2
           and r.stream = $3 and r.item_id = i.item_id) l on true
       order by i.state, i.due_at, i.entry_id`,
      [tenantId, accountId, stream, limit],
    );
    return rows.map(
      ({
        linkKind: kind,
        linkRecordId: recordId,
        linkItemId: itemId,
        linkItemVersion: itemVersion,
        linkHash: hash,
        linkFields: fields,
        linkOrigin: origin,
        ...entry
      }) => {
        const linked =
          kind !== null &&
          recordId !== null &&
          itemId !== null &&
          hash !== null &&
          fields !== null &&
          origin !== null;
        const link = linked
          ? { kind, recordId, itemId, itemVersion, hash, fields, origin }
          : null;
        return { ...entry, link };
      },
    );
  }
}
