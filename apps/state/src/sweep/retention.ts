import { logger } from "@ams-sync/platform";
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from "@nestjs/common";
import { STATE_CONFIG, type StateConfig } from "../config.js";
import { JOURNALS, RetentionRepository } from "./retention.repository.js";

const DAY_MS = 24 * 60 * 60 * 1_000;
const AGAIN_AFTER_MS = 60 * 60 * 1_000;
const TENANTS = 500;
/** Rows of one transaction: no run that commits waits long for their locks. */
export const BATCH = 1_000;

/** Injection token of the clock that days are counted by. */
export const NOW = Symbol("now");

/** Forgets what journals hold of people after RETENTION_DAYS, of all tenants; also of accounts that never run again. */
@Injectable()
export class Retention
  implements OnApplicationBootstrap, BeforeApplicationShutdown
{
  private readonly log = logger("retention");
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly journals: RetentionRepository,
    @Inject(STATE_CONFIG) private readonly config: StateConfig,
    @Inject(NOW) private readonly now: () => Date,
  ) {}

  /** Now and every hour. */
  onApplicationBootstrap(): void {
    this.running = this.sweep()
      .then(() => undefined)
      .catch((error: unknown) =>
        this.log.warn({ err: error }, "old journals stay until the next hour"),
      );
    this.timer = setTimeout(
      () => this.onApplicationBootstrap(),
      AGAIN_AFTER_MS,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** @returns how many rows were dropped or emptied */
  async sweep(): Promise<number> {
    const before = new Date(
      this.now().getTime() - this.config.RETENTION_DAYS * DAY_MS,
    );
    let expired = 0;
    let after: string | undefined;
    for (;;) {
      const tenants = await this.journals.tenants(after, TENANTS);
      for (const tenantId of tenants)
        try {
          expired += await this.ofTenant(tenantId, before);
        } catch (error) {
          // One tenant must not keep the others' journals.
          this.log.warn(
            { err: error, tenantId },
            "old journals of a tenant stay until the next hour",
          );
        }
      after = tenants.at(-1);
      if (tenants.length < TENANTS || this.stopped) return expired;
    }
  }

  private async ofTenant(tenantId: string, before: Date): Promise<number> {
    let expired = 0;
    for (const journal of JOURNALS)
      for (;;) {
        if (this.stopped) return expired;
        const count = await this.journals.expire(
          tenantId,
          journal,
          before,
          BATCH,
        );
        expired += count;
        if (count < BATCH) break;
      }
    return expired;
  }
}
