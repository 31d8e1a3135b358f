import { Injectable } from "@nestjs/common";
import type { Removal } from "@ams-sync/contracts";
import type { Loss, Origin, RecordKind, StreamKind } from "@ams-sync/sync-core";
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
  readonly lost: Loss | null;
  readonly elsewhere: boolean;
  readonly history: string | null;
}

/** A user's answer to what an unlinked item is. */
export type Decision =
  | { readonly answer: "create" | "leave" }
  | {
      readonly answer: "link";
      readonly kind: RecordKind;
      readonly recordId: string;
    };

/** A value that lost, by its field. */
export type TakeBackRow = Readonly<
  Record<string, { readonly kept: string | null; readonly lost: string | null }>
>;

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
  /** How long ago the last such write was begun; null: none was. */
  readonly sentMs: string | null;
  readonly intent: Removal | null;
  readonly intentFields: readonly string[];
  readonly released: boolean;
  /** A removal that is not released was held, or not shown. */
  readonly previewed: boolean;
  readonly restore: boolean;
  readonly takeBack: TakeBackRow | null;
  readonly decision: Decision | null;
  /** The item was made since the stream is connected; null: it was there before, or nobody knows. */
  readonly appearedAt: Date | null;
  readonly link: LinkRow | null;
}

type SliceRow = Omit<EntryRow, "link" | "decision"> & {
  readonly decision: Decision["answer"] | null;
  readonly decisionKind: RecordKind | null;
  readonly decisionRecordId: string | null;
} & {
  readonly [K in keyof LinkRow as `link${Capitalize<K>}`]: LinkRow[K] | null;
};

const OF_STREAM = "tenant_id = $1 and account_id = $2 and stream = $3";

/** One branch per state and side: each is a range of the index, in order; together they read no more than four slices. */
const DUE = (["pending", "set-aside"] as const)
  .flatMap((state) =>
    (["remote", "ams"] as const).map(
      (side) => `(select *, approved as released from state.inbox
          where ${OF_STREAM} and state = '${state}' and side = '${side}' and due_at <= statement_timestamp()
          order by due_at, entry_id limit $4)`,
    ),
  )
  .join("\n         union all\n         ");

const APPROVED = `select *, true as released from state.inbox
         where ${OF_STREAM} and approved and state = 'intended' order by entry_id limit $4`;
const INTENDED = `select *, true as released from state.inbox
         where ${OF_STREAM} and state = 'intended' and not previewed and side in ('ams', 'remote') order by entry_id limit $4`;

/** What is new before what failed once, then what the other system announced: it may be what ams has new. */
const ORDER = "i.state, i.side desc, i.due_at, i.entry_id";

@Injectable()
export class SliceRepository {
  /**
   * Entries that are due, each with the link of its record or item: what was announced before what failed once, or
   * failures that come due by the thousand would hold up every change; of each the other system's before those of ams,
   * and first what has been due longest.
   */
  async next(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    limit: number,
  ): Promise<readonly EntryRow[]> {
    return this.read(manager, account, stream, limit, DUE);
  }

  /** Intents that somebody has approved. */
  async approved(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    limit: number,
  ): Promise<readonly EntryRow[]> {
    return this.read(manager, account, stream, limit, APPROVED);
  }

  /** Intents, as the guard lets all of them go. */
  async released(
    manager: EntityManager,
    account: AccountKey,
    stream: StreamKind,
    limit: number,
  ): Promise<readonly EntryRow[]> {
    return this.read(manager, account, stream, limit, INTENDED);
  }

  private async read(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    stream: StreamKind,
    limit: number,
    entries: string,
  ): Promise<readonly EntryRow[]> {
    const rows: SliceRow[] = await manager.query(
      `select i.entry_id as "entryId", i.side, i.kind, i.record_id as "recordId", i.item_id as "itemId",
         i.item_version as "itemVersion", i.gone, i.position, i.judged_at as "judgedAt",
         i.committed_at as "committedAt", i.trace_parent as "traceParent", i.attempts, i.sent, i.sent_fields as "sentFields",
         case when i.sent then greatest(0, extract(epoch from clock_timestamp() - i.sent_at) * 1000)::bigint end as "sentMs",
         i.intent, i.intent_fields as "intentFields", i.released, i.previewed, i.restore,
         i.take_back as "takeBack", coalesce(i.decision, case when u.settled or u.reason = 'record-deleted' then 'leave' end) as decision,
         i.decision_kind as "decisionKind", i.decision_record_id as "decisionRecordId", i.appeared_at as "appearedAt",
         l.kind as "linkKind", l.record_id as "linkRecordId", l.item_id as "linkItemId",
         l.item_version as "linkItemVersion", l.hash as "linkHash", l.fields::text as "linkFields",
         l.origin as "linkOrigin", l.lost as "linkLost", l.elsewhere as "linkElsewhere", l.history as "linkHistory"
       from (
         select * from (${entries}) i order by ${ORDER} limit $4) i
       left join lateral (
         select * from state.link r where i.side = 'ams' and r.tenant_id = $1 and r.account_id = $2
           and r.kind = i.kind and r.record_id = i.record_id
         union all
         select * from state.link r where i.side = 'remote' and r.tenant_id = $1 and r.account_id = $2
           and r.stream = $3 and r.item_id = i.item_id) l on true
       left join state.unlinked_item u on i.side = 'remote' and u.tenant_id = $1 and u.account_id = $2
         and u.stream = $3 and u.item_id = i.item_id
       order by ${ORDER}`,
      [tenantId, accountId, stream, limit],
    );
    return rows.map(entryOf);
  }
}

const entryOf = ({
  linkKind: kind,
  linkRecordId: recordId,
  linkItemId: itemId,
  linkItemVersion: itemVersion,
  linkHash: hash,
  linkFields: fields,
  linkOrigin: origin,
  linkLost: lost,
  linkElsewhere: elsewhere,
  linkHistory: history,
  decision,
  decisionKind,
  decisionRecordId,
  ...entry
}: SliceRow): EntryRow => {
  const linked =
    kind !== null &&
    recordId !== null &&
    itemId !== null &&
    hash !== null &&
    fields !== null &&
    origin !== null;
  return {
    ...entry,
    decision: decisionOf(decision, decisionKind, decisionRecordId),
    link: linked
      ? {
          ...{ kind, recordId, itemId, itemVersion, hash, fields, origin },
          ...{ lost, history, elsewhere: elsewhere === true },
        }
      : null,
  };
};

const decisionOf = (
  answer: Decision["answer"] | null,
  kind: RecordKind | null,
  recordId: string | null,
): Decision | null => {
  if (answer === null) return null;
  if (answer !== "link") return { answer };
  return kind === null || recordId === null ? null : { answer, kind, recordId };
};
