import {
  enqueueWakeUp,
  logger,
  type QueueBackend,
  type WakeUpQueue,
} from "@ams-sync/platform";
import type { System } from "@ams-sync/sync-core";
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from "@nestjs/common";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import type { AccountKey } from "../wire/read.js";
import {
  ScheduleRepository,
  type ClaimedAccount,
} from "./schedule.repository.js";

export const QUEUES = Symbol("queues");

const BATCH = 500;
/** An account that is still due after this long, or after a lease, is enqueued again: its job may be lost, or its worker dead. */
const AGAIN_AFTER_MS = 30_000;

/** Wakes every account that is due. Losing the queues loses nothing: this is what remembers. */
@Injectable()
export class Sweep
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly log = logger("sweep");
  private readonly queues = new Map<System, WakeUpQueue>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly schedule: ScheduleRepository,
    @Inject(QUEUES) private readonly backend: QueueBackend,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.next(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  /** Enqueues what is due now. @returns how many accounts were woken */
  async sweep(): Promise<number> {
    let woken = 0;
    for (;;) {
      const claimed = await this.schedule.claimDue(
        BATCH,
        Math.min(AGAIN_AFTER_MS, this.config.LEASE_MS),
      );
      const lost = await this.enqueue(claimed);
      woken += claimed.length - lost.length;
      if (lost.length > 0) await this.schedule.unclaim(lost);
      if (claimed.length < BATCH || lost.length > 0 || this.stopped)
        return woken;
    }
  }

  /** Without waiting for the sweep, which repeats it if it gets lost: somebody has just saved the account and looks on. */
  async wake(account: AccountKey, system: System): Promise<void> {
    try {
      await enqueueWakeUp(this.queueOf(system), account);
    } catch (error) {
      this.log.warn(
        { err: error, system },
        "a saved account could not be woken; the next sweep does it",
      );
    }
  }

  private next(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.running = this.sweep()
        .catch((error: unknown) =>
          this.log.warn(
            { err: error },
            "the sweep failed; the next one repeats it",
          ),
        )
        .finally(() => {
          if (!this.stopped) this.next(this.config.SWEEP_INTERVAL_MS);
        });
    }, afterMs);
  }

  /** @returns those that could not be enqueued */
  private async enqueue(
    accounts: readonly ClaimedAccount[],
  ): Promise<ClaimedAccount[]> {
    const lost: ClaimedAccount[] = [];
    const bySystem = new Map<System, ClaimedAccount[]>();
    for (const account of accounts)
      bySystem.set(account.system, [
        ...(bySystem.get(account.system) ?? []),
        account,
      ]);
    for (const [system, group] of bySystem) {
      const queue = this.queueOf(system);
      for (const [index, account] of group.entries()) {
        try {
          await enqueueWakeUp(queue, account, account.lastRunId ?? undefined);
        } catch (error) {
          // The queue is away: each further account would wait for it, too.
          lost.push(...group.slice(index));
          this.log.warn(
            { err: error, system, accounts: group.length - index },
            "due accounts could not be enqueued; the next sweep tries again",
          );
          break;
        }
      }
    }
    return lost;
  }

  private queueOf(system: System): WakeUpQueue {
    const known = this.queues.get(system);
    if (known !== undefined) return known;
    const queue = this.backend.wakeUpQueue(system);
    this.queues.set(system, queue);
    return queue;
  }
}
