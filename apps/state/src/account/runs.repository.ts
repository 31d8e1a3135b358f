import { Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import type { AccountKey } from "../wire/read.js";

export interface RunRow {
  readonly runId: string;
  readonly startedAt: Date;
  /** `startedAt` in microseconds, as the database has it: part of the place of a run among others. */
  readonly startedMicros: string;
  readonly endedAt: Date | null;
  readonly running: boolean;
  readonly counts: Readonly<Record<string, number>> | null;
  readonly errorKind: string | null;
  readonly errorMessage: string | null;
}

export interface RunQuestion {
  /** False: without runs that found nothing to do. */
  readonly idle: boolean;
  readonly limit: number;
  /** The last run of the page before. */
  readonly after?: Pick<RunRow, "startedMicros" | "runId"> | undefined;
}

/** What runs did, for people. */
@Injectable()
export class RunsRepository {
  /** Newest first. */
  async list(
    manager: EntityManager,
    { tenantId, accountId }: AccountKey,
    { idle, limit, after }: RunQuestion,
  ): Promise<readonly RunRow[]> {
    return manager.query(
      `select r.run_id as "runId", r.started_at as "startedAt", r.ended_at as "endedAt", r.counts,
         (extract(epoch from r.started_at) * 1000000)::bigint as "startedMicros",
         coalesce(a.run_id = r.run_id and a.lease_until > clock_timestamp(), false) as running,
         r.error_kind as "errorKind", r.error_message as "errorMessage"
       from state.run r join state.account a using (tenant_id, account_id)
       where r.tenant_id = $1 and r.account_id = $2
         and ($3 or r.results > 0 or r.error_kind is not null or r.ended_at is null)
         and ($5::bigint is null or (r.started_at, r.run_id)
           < (to_timestamp(0) + $5::bigint * interval '1 microsecond', $6::uuid))
       order by r.started_at desc, r.run_id desc limit $4`,
      [
        ...[tenantId, accountId, idle, limit],
        ...[after?.startedMicros ?? null, after?.runId ?? null],
      ],
    );
  }
}
