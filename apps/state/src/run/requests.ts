import type {
  BeginRunRequest,
  EndRunRequest,
  RunRef,
} from "@ams-sync/contracts";
import { delay, failureOf, resultsOf } from "@ams-sync/contracts/reading";
import type { System } from "@ams-sync/sync-core";
import { healthFromWire } from "../wire/health.js";
import * as read from "../wire/read.js";
import type { AheadRequest } from "./ahead.js";
import type { RunEnd } from "./end.js";
import type { RunKey } from "./lease.repository.js";

export const runOf = (run: RunRef | undefined, system: System): RunKey => {
  if (run === undefined) throw read.invalid("run", "is missing");
  return {
    ...read.account(run.account, "run.account"),
    runId: read.uuid(run.runId, "run.run_id"),
    system,
  };
};

/** As far as a connector's JOB_LOCK_MS goes; the queue's own where it is not told. */
export const jobLockOf = ({ jobLockMs }: BeginRunRequest): number =>
  read.within(jobLockMs ?? 15_000, "job_lock_ms", 500, 600_000);

/** @param most entries at once */
export const aheadOf = (
  { ahead }: BeginRunRequest,
  most: number,
): AheadRequest | undefined => {
  if (ahead === undefined) return undefined;
  const streams = ahead.streams.map(({ stream, kinds }, index) => {
    const kind = read.streamKind(stream, `ahead.streams[${index}].stream`);
    const named = kinds.map((one, at) =>
      read.recordKindIn(kind, one, `ahead.streams[${index}].kinds[${at}]`),
    );
    return [kind, named] as const;
  });
  return {
    settingsVersion: ahead.settingsVersion,
    limit: read.within(ahead.limit, "ahead.limit", 1, most),
    kinds: new Map(streams),
  };
};

/** What a run commits with its end. */
export const lastOf = ({ last }: EndRunRequest) => {
  read.within(last.length, "last", 0, 2);
  return last.map((one, index) => {
    const stream = read.streamKind(one.stream, `last[${index}].stream`);
    return { stream, results: resultsOf(one, stream) };
  });
};

export const endOf = (request: EndRunRequest): RunEnd => {
  const health = healthFromWire(request.health);
  // Whether an account is paused is no connector's to say: its streams are on or off.
  if (health === undefined || health === "paused")
    throw read.invalid("health", "is not what a run can end with");
  return {
    counts: { ...request.counts },
    health,
    ...failureOf(request.errorKind, request.errorMessage),
    retryInMs: delay(request.retryInMs, "retry_in_ms"),
  };
};
