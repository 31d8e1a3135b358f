import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { logger, queueBackend, type Readiness } from "@ams-sync/platform";
import { CaptureController } from "./capture.controller.js";
import { Capture } from "./capture/capture.js";
import { defaultTuning } from "./capture/parts.js";
import { CaptureStatus } from "./capture/status.js";
import type { CaptureConfig } from "./config.js";
import { connectFeed, type FeedClient } from "./feed/connect-feed.js";
import { CaptureMetrics } from "./telemetry/capture-metrics.js";
import { Queues } from "./wake/queues.js";
import { WakeUps } from "./wake/wake-ups.js";

const OPENED = Symbol("what the service opened");
/**
 * A change waits for this where others came just before it, so a small brokerage waits less: what its few accounts cost
 * when they are woken more often hardly counts.
 */
const WAKE_REST_EACH_MS = 50;
const WAKE_REST_MOST_MS = 200;

interface Opened {
  readonly capture: Capture;
  readonly wakeUps: WakeUps;
  readonly queues: Queues;
  readonly feed: FeedClient;
}

/** Captures from the service's start to its stop. */
@Module({ controllers: [CaptureController] })
export class CaptureModule
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(@Inject(OPENED) private readonly opened: Opened) {}

  static async open(
    config: CaptureConfig,
  ): Promise<{ module: DynamicModule; readiness: Readiness }> {
    const log = logger("change-capture");
    const metrics = new CaptureMetrics();
    const status = new CaptureStatus(
      log,
      () => new Date(),
      (phase) => metrics.phase(phase),
    );
    const queues = new Queues(queueBackend(config));
    const wakeUps = new WakeUps({
      restMs: (accounts) =>
        Math.min(WAKE_REST_MOST_MS, accounts * WAKE_REST_EACH_MS),
      enqueue: async (wakeUp) => {
        await queues.wake(wakeUp);
        metrics.wakeUp(wakeUp.system, true);
      },
      onFailure: ({ account, system }, error) => {
        metrics.wakeUp(system, false);
        log.warn(
          { err: error, ...account, system },
          "an account could not be woken; state's sweep will do it",
        );
      },
    });
    const feed = await connectFeed(config);
    const capture = new Capture({
      feed,
      wakeUps,
      metrics,
      status,
      log,
      amsUrl: config.AMS_DATABASE_URL,
      source: config.AMS_SOURCE,
      tuning: defaultTuning,
    });
    const opened: Opened = { capture, wakeUps, queues, feed };
    return {
      module: {
        module: CaptureModule,
        providers: [
          { provide: OPENED, useValue: opened },
          { provide: CaptureStatus, useValue: status },
        ],
      },
      readiness: {
        capture: async () => {
          if (status.ready) return;
          const { phase, problems } = status.report;
          throw new Error(
            [phase, ...problems.map(({ sentence }) => sentence)].join(": "),
          );
        },
      },
    };
  }

  onApplicationBootstrap(): void {
    this.#running = this.opened.capture.run(this.#stopping.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.opened.wakeUps.close();
    await this.opened.queues.close();
    this.opened.feed.close();
  }
}
