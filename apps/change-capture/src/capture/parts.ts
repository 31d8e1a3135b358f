import type { Logger } from "@ams-sync/platform";
import type { Feed } from "../feed/feed.js";
import type { CaptureMetrics } from "../telemetry/capture-metrics.js";
import type { WakeUps } from "../wake/wake-ups.js";
import type { CaptureStatus } from "./status.js";

/** Milliseconds, and rows per batch. */
export const defaultTuning = {
  batchRows: 4_000,
  idleAdvanceMs: 10_000,
  standbyMs: 2_000,
  retryMs: 2_000,
  watchMs: 15_000,
};
export type Tuning = typeof defaultTuning;

export interface CaptureParts {
  readonly amsUrl: string;
  readonly source: string;
  readonly feed: Feed;
  readonly wakeUps: WakeUps;
  readonly metrics: CaptureMetrics;
  readonly status: CaptureStatus;
  readonly log: Logger;
  readonly tuning: Tuning;
}
