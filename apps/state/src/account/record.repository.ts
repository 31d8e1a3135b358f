import type { Removal } from "@ams-sync/contracts";
import { Injectable } from "@nestjs/common";
import {
  streamOf,
  type Loss,
  type Origin,
  type StreamKind,
} from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { RecordRef } from "../run/result.js";
import type { AccountKey } from "../wire/read.js";
import type { LeftRow } from "./left.repository.js";

export interface RecordLink {
  readonly itemId: string;
  readonly origin: Origin;
  /** Null: since before this was noted. */
  readonly linkedAt: Date | null;
  readonly agreedAt: Date;
  readonly lost: Loss | null;
  readonly lostAt: Date | null;
}

/** What either side announced of it, and what became of that. */
export interface RecordEntry {
  readonly entryId: string;
  readonly position: string;
  readonly state: "pending" | "set-aside" | "intended";
  readonly itemId: string | null;
  readonly committedAt: Date;
  readonly dueAt: Date | null;
  readonly attempts: number;
  readonly code: string | null;
  readonly message: string | null;
  readonly intent: Removal | null;
  readonly approved: boolean;
  readonly fields: readonly string[];
}

export interface RecordKnown {
  readonly stream: StreamKind;
  readonly on: boolean;
  readonly link: RecordLink | undefined;
  readonly entries: readonly RecordEntry[];
  readonly questions: readonly LeftRow[];
}

/** People have one in mind; more of them would not be read. */
const QUESTIONS_MAX = 10;

/** What is known of one record of an account: a few rows, each found by its key. */
@Injectable()
export class RecordRepository {
  async find(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    record: RecordRef,
  ): Promise<RecordKnown> {
    const stream = streamOf(record.kind);
    const key = [tenantId, accountId];
    const [link]: RecordLink[] = await manager.query(
      `select item_id as "itemId", origin, linked_at as "linkedAt", agreed_at as "agreedAt", lost, lost_at as "lostAt"
       from state.link where tenant_id = $1 and account_id = $2 and kind = $3 and record_id = $4`,
      [...key, record.kind, record.recordId],
    );
    const on: unknown[] = await manager.query(
      `select 1 from state.stream where tenant_id = $1 and account_id = $2 and kind = $3 and active`,
      [...key, stream],
    );
    const columns = `entry_id as "entryId", position, state, item_id as "itemId", committed_at as "committedAt",
      due_at as "dueAt", attempts, code, message, intent, approved, intent_fields as fields`;
    const entries: RecordEntry[] = await manager.query(
      `select ${columns} from state.inbox
       where tenant_id = $1 and account_id = $2 and side = 'ams' and kind = $3 and record_id = $4
       union all
       select ${columns} from state.inbox
       where tenant_id = $1 and account_id = $2 and side = 'remote' and stream = $5 and item_id = $6`,
      [
        ...[...key, record.kind, record.recordId],
        ...[stream, link?.itemId ?? null],
      ],
    );
    const questions: LeftRow[] = await manager.query(
      `select item_id as "itemId", reason, candidates, left_at as "leftAt", settled from state.unlinked_item
       where tenant_id = $1 and account_id = $2 and stream = $3 and reason = 'ambiguous' and not settled
         and candidates @> $4::jsonb
       order by item_id limit $5`,
      [
        ...[...key, stream],
        JSON.stringify([{ kind: record.kind, recordId: record.recordId }]),
        QUESTIONS_MAX,
      ],
    );
    return { stream, on: on.length > 0, link, entries, questions };
  }
}
