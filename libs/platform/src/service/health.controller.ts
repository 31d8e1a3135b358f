import { Controller, Get, Inject } from "@nestjs/common";
import {
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
} from "@nestjs/terminus";
import { logger } from "../logging/logger.js";

/** Name → rejects when this service cannot work without it now. */
export type Readiness = Readonly<Record<string, () => Promise<void>>>;
export const READINESS = Symbol("readiness");

const CHECK_WITHIN = 2_000;

@Controller("health")
export class HealthController {
  private readonly log = logger("health");

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService)
    private readonly indicators: HealthIndicatorService,
    @Inject(READINESS) private readonly readiness: Readiness,
  ) {}

  /** The process answers. Never depends on others: a restart would not mend them. */
  @Get("live")
  live(): { status: "ok" } {
    return { status: "ok" };
  }

  /** 503 while something that the service needs is away; names it, the reason is in the log only. */
  @Get("ready")
  ready(): Promise<HealthCheckResult> {
    return this.health.check(
      Object.entries(this.readiness).map(
        ([name, check]) =>
          async () =>
            this.indicators
              .check(name)
              .attempt(() => this.quietly(name, check))
              .withTimeout(CHECK_WITHIN),
      ),
    );
  }

  private async quietly(
    name: string,
    check: () => Promise<void>,
  ): Promise<void> {
    try {
      await check();
    } catch (error) {
      this.log.warn({ err: error, check: name }, "not ready");
      throw new Error("not ready", { cause: error });
    }
  }
}
