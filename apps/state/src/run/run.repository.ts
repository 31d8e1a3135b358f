import { Inject, Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import type { RunKey } from "./lease.repository.js";

export interface RunSummary {
  /** By name, for people. */
  readonly counts: Readonly<Record<string, number>>;
  readonly errorKind: string | null;
  readonly errorMessage: string | null;
}

/** The record of runs. */
@Injectable()
export class RunRepository {
  constructor(
    @Inject(STATE_CONFIG)
    private readonly config: Pick<StateConfig, "RETENTION_DAYS">,
  ) {}

  /** Notes an intake that had nothing to take from. */
  async tookIn(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
  ): Promise<void> {
    await manager.query(
      `update state.run set intakes = intakes + 1 where tenant_id = $1 and account_id = $2 and run_id = $3`,
      [tenantId, accountId, runId],
    );
  }

  /**
   * Ends the run's record and drops what expired: idle runs, of which there are hundreds a day, and what the guard counts
   * after a day, other runs after RETENTION_DAYS.
   */
  async end(
    manager: EntityManager,
    { tenantId, accountId, runId }: RunKey,
    summary: RunSummary,
  ): Promise<void> {
    await manager.query(
      `with ended as (
         update state.run set ended_at = clock_timestamp(), counts = $4, error_kind = $5, error_message = $6
         where tenant_id = $1 and account_id = $2 and run_id = $3
       ), removals as (
         delete from state.removal where tenant_id = $1 and account_id = $2 and at < now() - interval '1 day')
       delete from state.run where tenant_id = $1 and account_id = $2 and run_id <> $3
         and (started_at < now() - $7 * interval '1 day'
           or (started_at < now() - interval '1 day' and results = 0 and error_kind is null))`,
      [
        tenantId,
        accountId,
        runId,
        JSON.stringify(summary.counts),
        summary.errorKind,
        summary.errorMessage,
        this.config.RETENTION_DAYS,
      ],
    );
  }
}
