import {
  BeginRunResponse_Refusal as WireRefusal,
  originToWire,
  RecordKind,
  recordKindToWire,
  Side,
  streamKindToWire,
  type BeginRunResponse,
  type Entry,
  type Lease,
  type Link,
} from "@ams-sync/contracts";
import type { Begun } from "./begin.js";
import type { EntryRow, LinkRow } from "./slice.repository.js";

const REFUSAL = {
  busy: WireRefusal.BUSY,
  unknown: WireRefusal.UNKNOWN,
  parked: WireRefusal.PARKED,
} as const;

export const begunToWire = (begun: Begun, lease: Lease): BeginRunResponse =>
  begun.granted
    ? {
        refusal: WireRefusal.UNSPECIFIED,
        runId: begun.runId,
        lease,
        streams: begun.streams.map((stream) => ({
          kind: streamKindToWire(stream.kind),
          container: stream.container ?? "",
          remoteToken: stream.remoteToken ?? "",
          remoteDue: stream.remoteDue,
          full: stream.full,
        })),
        settingsVersion: begun.settingsVersion,
        source: begun.source ?? "",
        sourceIdentity: begun.sourceIdentity ?? "",
      }
    : {
        refusal: REFUSAL[begun.refusal],
        runId: "",
        lease: undefined,
        streams: [],
        settingsVersion: 0n,
        source: "",
        sourceIdentity: "",
      };

export const entryToWire = (row: EntryRow): Entry => {
  const kind = row.kind ?? row.link?.kind;
  return {
    entryId: BigInt(row.entryId),
    side: row.side === "ams" ? Side.AMS : Side.REMOTE,
    kind: kind === undefined ? RecordKind.UNSPECIFIED : recordKindToWire(kind),
    recordId: row.recordId ?? row.link?.recordId ?? "",
    itemId: row.itemId ?? "",
    itemVersion: row.itemVersion ?? undefined,
    gone: row.gone,
    position: BigInt(row.position),
    judgedAt: row.judgedAt,
    committedAt: row.committedAt,
    traceParent: row.traceParent ?? "",
    attempts: row.attempts,
    sent: row.sent,
    sentFields: [...row.sentFields],
    link: row.link === null ? undefined : linkToWire(row.link),
  };
};

const linkToWire = (link: LinkRow): Link => ({
  kind: recordKindToWire(link.kind),
  recordId: link.recordId,
  itemId: link.itemId,
  itemVersion: link.itemVersion ?? undefined,
  hash: link.hash,
  fields: link.fields,
  origin: originToWire(link.origin),
});
