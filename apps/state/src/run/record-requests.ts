import {
  shownActionFromWire,
  type RecordRef as WireRecordRef,
  type Shown as WireShown,
} from "@ams-sync/contracts";
import type { StreamKind } from "@ams-sync/sync-core";
import * as read from "../wire/read.js";
import type { RecordRef, Shown } from "./writes.js";

/** Match keys and candidates of one item. */
const FEW = 100;

export const shownOf = (
  { number, action, fields, conflict, record, itemId }: WireShown,
  stream: StreamKind,
  field: string,
): Shown => ({
  number: read.integer(number, `${field}.number`).toString(),
  action: read.known(shownActionFromWire(action), `${field}.action`),
  fields: few(fields, `${field}.fields`).map((name) =>
    read.text(name, `${field}.fields`, { most: 64 }),
  ),
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

export const few = <T>(list: readonly T[], field: string): readonly T[] => {
  read.within(list.length, field, 0, FEW);
  return list;
};
