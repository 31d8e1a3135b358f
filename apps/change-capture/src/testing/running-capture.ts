import { logger } from "@ams-sync/platform";
import type { WakeUp } from "@ams-sync/contracts";
import { Capture } from "../capture/capture.js";
import { defaultTuning, type Tuning } from "../capture/parts.js";
import { CaptureStatus } from "../capture/status.js";
import type { Feed } from "../feed/feed.js";
import { CaptureMetrics } from "../telemetry/capture-metrics.js";
import { WakeUps } from "../wake/wake-ups.js";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [more: string]: unknown;
}

export interface RunningCapture {
  readonly status: CaptureStatus;
  readonly lines: LogLine[];
  readonly woken: WakeUp[];
  /** Sentences of everything that stands in the way now. */
  problems(): string[];
  stop(): Promise<void>;
}

/** Impatient where the service is polite. */
const tuning: Tuning = {
  ...defaultTuning,
  idleAdvanceMs: 100,
  standbyMs: 50,
  retryMs: 50,
  watchMs: 100,
};

export function startCapture(options: {
  readonly url: string;
  readonly source: string;
  readonly feed: Feed;
  readonly tuning?: Partial<Tuning>;
}): RunningCapture {
  const lines: LogLine[] = [];
  const log = logger("change-capture", {
    write: (line: string) => void lines.push(JSON.parse(line)),
  });
  const status = new CaptureStatus(log);
  const woken: WakeUp[] = [];
  const wakeUps = new WakeUps({
    restMs: () => 50,
    enqueue: async (wakeUp) => void woken.push(wakeUp),
    onFailure: () => undefined,
  });
  const capture = new Capture({
    amsUrl: options.url,
    source: options.source,
    feed: options.feed,
    wakeUps,
    metrics: new CaptureMetrics(),
    status,
    log,
    tuning: { ...tuning, ...options.tuning },
  });
  const stopping = new AbortController();
  const running = capture.run(stopping.signal);
  return {
    status,
    lines,
    woken,
    problems: () => status.report.problems.map(({ sentence }) => sentence),
    stop: async () => {
      stopping.abort();
      await running;
      await wakeUps.close();
    },
  };
}
