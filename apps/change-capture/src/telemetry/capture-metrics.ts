import type { RecordKind, System } from "@ams-sync/contracts";
import { meter } from "@ams-sync/platform";
import type { SlotState } from "../ams/slot.js";
import type { Phase } from "../capture/status.js";
import type { SnapshotReason } from "../capture/decide.js";

export interface StoredBatch {
  readonly changes: readonly { kind: RecordKind; deleted: boolean }[];
  readonly seconds: number;
  /** Commit time of the newest change, if the batch has one. */
  readonly committedAt: Date | undefined;
}

/** What an operator watches; docs in the README. */
export class CaptureMetrics {
  #slot: SlotState | undefined;
  #phase: Phase = "starting";
  #lastCommit: Date | undefined;

  readonly #rows;
  readonly #appends;
  readonly #rereads;
  readonly #wakeUps;

  constructor() {
    const m = meter("change-capture");
    this.#rows = m.createCounter("ams_sync_capture_rows", {
      description: "Changed records that state stored",
    });
    this.#appends = m.createHistogram("ams_sync_capture_append_seconds", {
      description: "Time until state stored a batch",
      unit: "s",
      advice: {
        explicitBucketBoundaries: [
          0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
        ],
      },
    });
    this.#rereads = m.createCounter("ams_sync_capture_snapshots", {
      description: "Full readings of ams, by reason",
    });
    this.#wakeUps = m.createCounter("ams_sync_capture_wake_ups", {
      description: "Wake-ups put into queues, by outcome",
    });
    m.createObservableGauge("ams_sync_capture_lag_bytes", {
      description: "WAL that ams keeps for capture",
    }).addCallback((to) => {
      if (this.#slot !== undefined) to.observe(Number(this.#slot.lagBytes));
    });
    m.createObservableGauge("ams_sync_capture_slot", {
      description:
        "1 for the status that the slot has; missing or lost is an alert",
    }).addCallback((to) => {
      if (this.#slot !== undefined)
        to.observe(1, { status: this.#slot.status });
    });
    m.createObservableGauge("ams_sync_capture_phase", {
      description: "1 for what capture is doing",
    }).addCallback((to) => to.observe(1, { phase: this.#phase }));
    m.createObservableGauge("ams_sync_capture_last_commit_age_seconds", {
      description: "Since ams committed what was captured last",
    }).addCallback((to) => {
      if (this.#lastCommit !== undefined)
        to.observe((Date.now() - this.#lastCommit.getTime()) / 1000);
    });
  }

  slot(state: SlotState): void {
    this.#slot = state;
  }

  phase(phase: Phase): void {
    this.#phase = phase;
  }

  snapshot(reason: SnapshotReason): void {
    this.#rereads.add(1, { reason });
  }

  stored({ changes, seconds, committedAt }: StoredBatch): void {
    this.#appends.record(seconds);
    if (committedAt !== undefined) this.#lastCommit = committedAt;
    for (const deleted of [false, true]) {
      const counts = new Map<RecordKind, number>();
      for (const change of changes)
        if (change.deleted === deleted)
          counts.set(change.kind, (counts.get(change.kind) ?? 0) + 1);
      for (const [kind, count] of counts)
        this.#rows.add(count, { kind: recordName(kind), deleted });
    }
  }

  wakeUp(system: System, enqueued: boolean): void {
    this.#wakeUps.add(1, {
      system: systemName(system),
      outcome: enqueued ? "enqueued" : "failed",
    });
  }
}

const recordName = (kind: RecordKind): string =>
  kind.replace("RECORD_KIND_", "").toLowerCase();
const systemName = (system: System): string =>
  system.replace("SYSTEM_", "").toLowerCase();
