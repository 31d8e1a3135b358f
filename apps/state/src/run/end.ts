import { Inject, Injectable } from "@nestjs/common";
import type { EntityManager } from "typeorm";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { Depart } from "../account/depart.js";
import { EndRepository } from "./end.repository.js";
import { GuardRepository } from "./guard.repository.js";
import {
  LeaseRepository,
  type Health,
  type RunKey,
} from "./lease.repository.js";
import { RunRepository, type RunSummary } from "./run.repository.js";
import { TrialRepository } from "./trial.repository.js";

export interface RunEnd extends RunSummary {
  /** What the run found; whether the account is paused, its streams say. */
  readonly health: Exclude<Health, "paused">;
  /** Not before this; 0: as entries and poll time say. */
  readonly retryInMs: bigint;
}

/** For runs that failed without saying for how long: first · 2^n, at most the longest poll time. */
export const backOffMs = (
  failuresBefore: number,
  first: number,
  most: number,
): number => Math.min(most, first * 2 ** Math.min(failuresBefore, 20));

/** Ends a run and says when the next one is due. Needs the account's lock. */
@Injectable()
export class End {
  constructor(
    private readonly leases: LeaseRepository,
    private readonly repository: EndRepository,
    private readonly guard: GuardRepository,
    private readonly runs: RunRepository,
    private readonly depart: Depart,
    private readonly trials: TrialRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  /** @returns whether something is due at once */
  async end(
    manager: EntityManager,
    run: RunKey,
    end: RunEnd,
  ): Promise<boolean> {
    const { LEASE_MS, POLL_MIN_MS, POLL_MAX_MS, BACK_OFF_FIRST_MS } =
      this.config;
    const account = await this.leases.hold(manager, run, LEASE_MS);
    await this.repository.lockSchedule(manager, run);
    // Only now, in later statements: an append that was under way is visible, a later one waits for this lock.
    const outlook = await this.repository.outlook(manager, run);
    const goesOn = outlook.onTrial && (await this.trials.settle(manager, run));
    const releasable =
      outlook.intents && (await this.guard.mayGo(manager, run));
    const stuck = outlook.stuck || (releasable && outlook.results === 0);
    const failed = end.errorKind !== null;
    const failures = failed || stuck ? account.failures + 1 : 0;
    if (outlook.asked)
      await this.repository.polled(manager, run, POLL_MIN_MS, POLL_MAX_MS);
    const waitMs =
      end.retryInMs > 0n
        ? Number(end.retryInMs)
        : failures > 0
          ? backOffMs(account.failures, BACK_OFF_FIRST_MS, POLL_MAX_MS)
          : 0;
    // The credential that failed is no longer the one that is stored.
    const renewed = end.health === "needs-login" && outlook.credentialChanged;
    const health = renewed ? "degraded" : end.health;
    await this.runs.end(manager, run, end);
    const ended = { ...end, health, failures };
    const more = await this.repository.release(manager, run, ended, {
      waitMs: renewed ? 0 : waitMs,
      dueNow: outlook.dueNow || releasable || renewed || goesOn,
      parked: health === "needs-login",
    });
    // What is being disconnected ends with the run that has done the last of it.
    return (await this.depart.endIfThrough(manager, run)) ? false : more;
  }
}
