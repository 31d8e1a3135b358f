import type { Conflict, StreamKind } from "@ams-sync/sync-core";
import type {
  CommitRequest,
  Conflict as WireConflict,
  Left,
  Link,
  RecordRef as WireRecordRef,
  Result as WireResult,
  Shown as WireShown,
} from "../generated/ams_sync/state/v1/run.js";
import {
  removalFromWire,
  shownActionFromWire,
  winnerFromWire,
} from "../kinds.js";
import { BATCH_MAX, delay, few, KEY, NAME, version } from "./limits.js";
import * as read from "./read.js";
import type {
  LeftItem,
  NewLink,
  Outcome,
  RecordRef,
  Result,
  Shown,
} from "./told.js";

/** Longer than any mapped field. */
const VALUE = { least: 0, most: 1_048_576 } as const;

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
        fields: namesOf(outcome.value.fields, `${field}.intend.fields`),
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
        fields: namesOf(outcome.value.fields, `${field}.mark_sent.fields`),
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
  field: read.text(name, `${field}.field`, NAME),
  winner: read.known(winnerFromWire(winner), `${field}.winner`),
  ...(ams !== undefined && { ams: read.text(ams, `${field}.ams`, VALUE) }),
  ...(remote !== undefined && {
    remote: read.text(remote, `${field}.remote`, VALUE),
  }),
});

export const shownOf = (
  { number, action, fields, conflict, record, itemId }: WireShown,
  stream: StreamKind,
  field: string,
): Shown => ({
  number: read.integer(number, `${field}.number`).toString(),
  action: read.known(shownActionFromWire(action), `${field}.action`),
  fields: namesOf(fields, `${field}.fields`),
  conflict,
  ...(record && { record: recordOf(record, stream, `${field}.record`) }),
  ...(itemId !== "" && { itemId: read.text(itemId, `${field}.item_id`) }),
});

export const recordOf = (
  { kind, recordId }: WireRecordRef,
  stream: StreamKind,
  field: string,
): RecordRef => ({
  kind: read.recordKindIn(stream, kind, `${field}.kind`),
  recordId: read.amsId(recordId, `${field}.record_id`),
});

/** Of fields. */
const namesOf = (names: readonly string[], field: string): readonly string[] =>
  few(names, field).map((name) => read.text(name, field, NAME));
