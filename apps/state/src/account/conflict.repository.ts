import { Injectable } from "@nestjs/common";
import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

export interface ConflictRow {
  readonly conflictId: string;
  readonly stream: StreamKind;
  readonly kind: RecordKind;
  readonly recordId: string;
  readonly itemId: string;
  readonly field: string;
  readonly winner: "ams" | "remote";
  readonly ams: string | null;
  readonly remote: string | null;
  readonly at: Date;
  readonly runId: string;
}

/** Values that lost. Customers' data: never logged. */
@Injectable()
export class ConflictRepository {
  /** Newest first. @param after the last one of the page before; 0: the first page */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    limit: number,
    after: bigint,
  ): Promise<readonly ConflictRow[]> {
    return manager.query(
      `select conflict_id as "conflictId", stream, kind, record_id as "recordId", item_id as "itemId", field, winner,
         ams_value as ams, remote_value as remote, at, run_id as "runId"
       from state.conflict where tenant_id = $1 and account_id = $2 and ($4::bigint = 0 or conflict_id < $4)
       order by conflict_id desc limit $3`,
      [tenantId, accountId, limit, after.toString()],
    );
  }
}
