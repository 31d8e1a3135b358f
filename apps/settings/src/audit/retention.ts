import { logger, withTenant } from "@ams-sync/platform";
import type { DataSource } from "typeorm";
import { audit } from "./audit.repository.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const AGAIN_AFTER_MS = 60 * 60 * 1000;
/** Entries of one transaction: who saves does not wait for thousands to go. */
export const BATCH = 1_000;

/** Who changed what is personal data: it goes after so many days. */
export class AuditRetention {
  private readonly log = logger("audit");
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly days: number,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Now and every hour. */
  start(): void {
    this.running = this.sweep().catch((error: unknown) => {
      this.log.warn(
        { err: error },
        "old audit entries stay until the next hour",
      );
    });
    this.timer = setTimeout(() => this.start(), AGAIN_AFTER_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
  }

  async sweep(): Promise<void> {
    const before = new Date(this.now().getTime() - this.days * DAY_MS);
    for (const tenantId of await audit.due(this.dataSource.manager, before))
      try {
        await this.ofTenant(tenantId, before);
      } catch (error) {
        // One tenant must not keep the others' entries.
        this.log.warn(
          { err: error, tenantId },
          "old audit entries of a tenant stay until the next hour",
        );
      }
  }

  private async ofTenant(tenantId: string, before: Date): Promise<void> {
    for (let count = BATCH; count === BATCH;)
      count = await withTenant(this.dataSource, tenantId, (manager) =>
        audit.expire(manager, tenantId, before, BATCH),
      );
    await withTenant(this.dataSource, tenantId, (manager) =>
      audit.expired(manager, tenantId),
    );
  }
}
