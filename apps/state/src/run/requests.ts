import type {
  CommitRequest,
  EndRunRequest,
  Link,
  Result as WireResult,
  RunRef,
  TakeInRemoteRequest,
} from "@ams-sync/contracts";
import type { StreamKind, System } from "@ams-sync/sync-core";
import { healthFromWire } from "../wire/health.js";
import * as read from "../wire/read.js";
import type { RunEnd } from "./end.js";
import type { RunKey } from "./lease.repository.js";
import type { RemoteChange } from "./remote-intake.repository.js";
import type { NewLink, Outcome, Result } from "./result.js";

const MONTH_MS = 31n * 24n * 60n * 60n * 1000n;
const BATCH_MAX = 10_000;

export const runOf = (run: RunRef | undefined, system: System): RunKey => {
  if (run === undefined) throw read.invalid("run", "is missing");
  return {
    ...read.account(run.account, "run.account"),
    runId: read.uuid(run.runId, "run.run_id"),
    system,
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

export const resultsOf = (
  request: CommitRequest,
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
      outcome: outcomeOf(result.outcome, stream, field),
    };
  });
};

const outcomeOf = (
  outcome: WireResult["outcome"],
  stream: StreamKind,
  field: string,
): Outcome => {
  switch (outcome?.$case) {
    case "linked":
      return {
        type: "linked",
        link: linkOf(outcome.value, stream, `${field}.linked`),
      };
    case "unlinked":
      return { type: "unlinked" };
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
      const { code, message, retryInMs } = outcome.value;
      return {
        type: "set-aside",
        code: read.code(code, `${field}.set_aside.code`),
        message: read.text(message, `${field}.set_aside.message`, { least: 0 }),
        retryInMs: delay(retryInMs, `${field}.set_aside.retry_in_ms`),
      };
    }
    case undefined:
      throw read.invalid(`${field}.outcome`, "is missing or unknown");
  }
};

const linkOf = (link: Link, stream: StreamKind, field: string): NewLink => ({
  kind: read.recordKindIn(stream, link.kind, `${field}.kind`),
  recordId: read.amsId(link.recordId, `${field}.record_id`),
  itemId: read.text(link.itemId, `${field}.item_id`),
  ...(link.itemVersion !== undefined && {
    itemVersion: version(link.itemVersion, `${field}.item_version`),
  }),
  hash: read.text(link.hash, `${field}.hash`, { most: 200 }),
  fields: read.json(link.fields, `${field}.fields`),
  origin: read.origin(link.origin, `${field}.origin`),
});

export const endOf = (request: EndRunRequest): RunEnd => {
  const health = healthFromWire(request.health);
  if (health === undefined)
    throw read.invalid("health", "is unspecified or unknown");
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
