import {
  removalFromWire,
  winnerFromWire,
  type Conflict as WireConflict,
  type CommitRequest,
  type BeginRunRequest,
  type EndRunRequest,
  type Left,
  type Link,
  type Result as WireResult,
  type RunRef,
  type TakeInRemoteRequest,
} from "@ams-sync/contracts";
import type { Conflict, StreamKind, System } from "@ams-sync/sync-core";
import { healthFromWire } from "../wire/health.js";
import * as read from "../wire/read.js";
import { few, recordOf, shownOf } from "./record-requests.js";
import type { AheadRequest } from "./ahead.js";
import type { RunEnd } from "./end.js";
import type { RunKey } from "./lease.repository.js";
import type { Page, RemoteChange } from "./remote-intake.repository.js";
import type { LeftItem, NewLink, Outcome, Result } from "./result.js";

const MONTH_MS = 31n * 24n * 60n * 60n * 1000n;
const BATCH_MAX = 10_000;
const KEY = { most: 128 } as const;
/** Longer than any mapped field. */
const VALUE = { least: 0, most: 1_048_576 } as const;

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

export const remoteChangesOf = (
  request: TakeInRemoteRequest,
): readonly RemoteChange[] => {
  read.within(request.changes.length, "changes", 0, BATCH_MAX);
  return request.changes.map(({ itemId, itemVersion, gone }, index) => ({
    itemId: read.text(itemId, `changes[${index}].item_id`),
    ...(itemVersion !== undefined && {
      itemVersion: version(itemVersion, `changes[${index}].item_version`),
    }),
    gone,
  }));
};

export const pageOf = (request: TakeInRemoteRequest): Page => ({
  ...(request.token !== "" && {
    token: read.text(request.token, "token", { most: 65_536 }),
  }),
  more: request.more,
  anew: request.anew,
});

/** Match keys are hashes; ten of them per record, and a slice of records. */
export const keysOf = (keys: readonly string[]): readonly string[] => {
  read.within(keys.length, "keys", 0, BATCH_MAX);
  return keys.map((key, index) => read.text(key, `keys[${index}]`, KEY));
};

export const resultsOf = (
  request: Pick<CommitRequest, "results">,
  stream: StreamKind,
): readonly Result[] => {
  read.within(request.results.length, "results", 0, BATCH_MAX);
  const seen = new Set<bigint>();
  return request.results.map((result, index) => {
    const field = `results[${index}]`;
    if (seen.has(result.entryId))
      throw read.invalid(`${field}.entry_id`, "comes twice");
    seen.add(result.entryId);
    return {
      entryId: read.integer(result.entryId, `${field}.entry_id`).toString(),
      position: read.integer(result.position, `${field}.position`).toString(),
      outcome: outcomeOf(result, stream, field),
    };
  });
};

const outcomeOf = (
  { outcome, conflicts, destructive, unasked }: WireResult,
  stream: StreamKind,
  field: string,
): Outcome => {
  switch (outcome?.$case) {
    case "linked":
      return {
        type: "linked",
        link: linkOf(outcome.value, stream, `${field}.linked`),
        conflicts: conflicts.map((conflict, index) =>
          conflictOf(conflict, `${field}.conflicts[${index}]`),
        ),
        ...{ destructive, unasked },
      };
    case "unlinked":
      return {
        type: "unlinked",
        ...{ destructive, unasked },
        ...(outcome.value.left && {
          left: {
            ...leftOf(outcome.value.left, stream, `${field}.unlinked.left`),
            itemId: read.text(
              outcome.value.itemId,
              `${field}.unlinked.item_id`,
            ),
          },
        }),
      };
    case "lost": {
      const { itemVersion } = outcome.value;
      return {
        type: "lost",
        ...(itemVersion !== undefined && {
          itemVersion: version(itemVersion, `${field}.lost.item_version`),
        }),
      };
    }
    case "intend":
      return {
        type: "intend",
        removal: read.known(
          removalFromWire(outcome.value.removal),
          `${field}.intend.removal`,
        ),
        fields: outcome.value.fields,
      };
    case "left":
      return {
        type: "left",
        ...leftOf(outcome.value, stream, `${field}.left`),
      };
    case "shown":
      return {
        type: "shown",
        ...shownOf(outcome.value, stream, `${field}.shown`),
      };
    case "untouched":
      return { type: "untouched" };
    case "markSent":
      return {
        type: "mark-sent",
        fields: outcome.value.fields.map((name) =>
          read.text(name, `${field}.mark_sent.fields`, { most: 64 }),
        ),
      };
    case "setAside": {
      const { code, message, retryInMs, look } = outcome.value;
      return {
        type: "set-aside",
        code: read.code(code, `${field}.set_aside.code`),
        message: read.text(message, `${field}.set_aside.message`, { least: 0 }),
        retryInMs: delay(retryInMs, `${field}.set_aside.retry_in_ms`),
        look,
      };
    }
    case undefined:
      throw read.invalid(`${field}.outcome`, "is missing or unknown");
  }
};

const leftOf = (
  { reason, itemVersion, keys, candidates }: Left,
  stream: StreamKind,
  field: string,
): LeftItem => ({
  reason: read.code(reason, `${field}.reason`),
  ...(itemVersion !== undefined && {
    itemVersion: version(itemVersion, `${field}.item_version`),
  }),
  keys: few(keys, `${field}.keys`).map((key) =>
    read.text(key, `${field}.keys`, KEY),
  ),
  candidates: few(candidates, `${field}.candidates`).map((record) =>
    recordOf(record, stream, `${field}.candidates`),
  ),
});

const linkOf = (link: Link, stream: StreamKind, field: string): NewLink => ({
  kind: read.recordKindIn(stream, link.kind, `${field}.kind`),
  recordId: read.amsId(link.recordId, `${field}.record_id`),
  itemId: read.text(link.itemId, `${field}.item_id`),
  ...(link.itemVersion !== undefined && {
    itemVersion: version(link.itemVersion, `${field}.item_version`),
  }),
  hash: read.text(link.hash, `${field}.hash`, { least: 0, most: 200 }),
  fields: read.json(link.fields, `${field}.fields`),
  origin: read.origin(link.origin, `${field}.origin`),
  ...(link.history !== undefined && {
    history: read.text(link.history, `${field}.history`, { least: 0 }),
  }),
});

const conflictOf = (
  { field: name, winner, ams, remote }: WireConflict,
  field: string,
): Conflict => ({
  field: read.text(name, `${field}.field`, { most: 64 }),
  winner: read.known(winnerFromWire(winner), `${field}.winner`),
  ...(ams !== undefined && { ams: read.text(ams, `${field}.ams`, VALUE) }),
  ...(remote !== undefined && {
    remote: read.text(remote, `${field}.remote`, VALUE),
  }),
});

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
  const { errorKind, errorMessage } = request;
  return {
    counts: { ...request.counts },
    health,
    errorKind: errorKind === "" ? null : read.code(errorKind, "error_kind"),
    errorMessage:
      errorMessage === "" ? null : read.text(errorMessage, "error_message"),
    retryInMs: delay(request.retryInMs, "retry_in_ms"),
  };
};

/** ETags and change keys: opaque, but no text without an end. */
const version = (value: string, field: string): string =>
  read.text(value, field, { most: 1_024 });

/** A server may say anything; nothing waits for longer than a month. */
const delay = (milliseconds: bigint, field: string): bigint => {
  const given = read.integer(milliseconds, field);
  return given > MONTH_MS ? MONTH_MS : given;
};
