import {
  BeginRunResponse_Refusal as WireRefusal,
  Loss,
  lossToWire,
  originToWire,
  RecordKind,
  recordKindToWire,
  removalToWire,
  Side,
  streamKindToWire,
  WireRemoval,
  type BeginRunResponse,
  type Decision as WireDecision,
  type Entry,
  type Lease,
  type Link,
  type Portion as WirePortion,
} from "@ams-sync/contracts";
import type { Begun } from "./begun.js";
import type { Portion } from "./slices.js";
import type { Decision, EntryRow, LinkRow } from "./slice.repository.js";

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
          listing: stream.listing,
          boundAt: stream.boundAt ?? undefined,
          unlinked: BigInt(stream.unlinked),
          takenIn: stream.takenIn === true,
          watched: stream.watched,
          unwatched: stream.unwatched,
          first: stream.first && portionToWire(stream.first),
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

export const portionToWire = ({
  entries,
  free,
  trial,
}: Portion): WirePortion => ({
  entries: entries.map(entryToWire),
  free,
  trial: BigInt(trial),
});

const entryToWire = (row: EntryRow): Entry => {
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
    sentMs: BigInt(row.sentMs ?? 0),
    intentFields: [...row.intentFields],
    intent:
      row.intent === null ? WireRemoval.UNSPECIFIED : removalToWire(row.intent),
    released: row.released,
    previewed: row.previewed,
    restore: row.restore,
    takeBack: Object.entries(row.takeBack ?? {}).map(
      ([field, { kept, lost }]) => ({
        field,
        kept: kept ?? undefined,
        lost: lost ?? undefined,
      }),
    ),
    decision: row.decision === null ? undefined : decisionToWire(row.decision),
    appearedAt: row.appearedAt ?? undefined,
    link: row.link === null ? undefined : linkToWire(row.link),
  };
};

const decisionToWire = (decision: Decision): WireDecision => {
  switch (decision.answer) {
    case "link":
      return {
        answer: {
          $case: "link",
          value: {
            kind: recordKindToWire(decision.kind),
            recordId: decision.recordId,
          },
        },
      };
    case "create":
      return { answer: { $case: "create", value: {} } };
    case "leave":
      return { answer: { $case: "leave", value: {} } };
  }
};

const linkToWire = (link: LinkRow): Link => ({
  kind: recordKindToWire(link.kind),
  recordId: link.recordId,
  itemId: link.itemId,
  itemVersion: link.itemVersion ?? undefined,
  hash: link.hash,
  fields: link.fields,
  origin: originToWire(link.origin),
  lost: link.lost === null ? Loss.UNSPECIFIED : lossToWire(link.lost),
  elsewhere: link.elsewhere,
  history: link.history ?? undefined,
});
