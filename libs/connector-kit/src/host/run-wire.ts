import {
  AccountHealth,
  BeginRunResponse_Refusal as WireRefusal,
  Loss as WireLoss,
  WireRemoval,
  lossFromWire,
  Side,
  originFromWire,
  recordKindFromWire,
  recordKindToWire,
  removalFromWire,
  streamKindFromWire,
  streamKindToWire,
} from "@ams-sync/contracts";
import type { RemoteChange } from "../port.js";
import type {
  Ahead as WireAhead,
  BeginRunResponse,
  Decision as WireDecision,
  DeepPartial,
  EndRunRequest,
  TakeInRemoteRequest,
  Entry as WireEntry,
  Link as WireLink,
  Portion as WirePortion,
  RunRef as WireRun,
  Stream as WireStream,
} from "@ams-sync/contracts";
import type {
  Ahead,
  BeginAnswer,
  Entry,
  Link,
  Portion,
  Refusal,
  RunRef,
  RemotePage,
  RunSummary,
  StreamResults,
  StreamState,
  UserDecision,
} from "../run-state.js";
import { sentence, wholeMs } from "./fitting.js";
import { resultToWire } from "./outcome-wire.js";

/** run.proto in the kit's words and back. A word of a newer state is an error: guessing could delete. */
const unknownWord = (field: string): never => {
  throw new Error(
    `state sent a ${field} that this connector does not know; update the connector.`,
  );
};

const known = <T>(word: T | undefined, field: string): T =>
  word ?? unknownWord(field);

export const runToWire = ({ account, runId }: RunRef): WireRun => ({
  account: { ...account },
  runId,
});

const refusalFromWire = (refusal: WireRefusal): Refusal => {
  switch (refusal) {
    case WireRefusal.BUSY:
      return "busy";
    case WireRefusal.UNKNOWN:
      return "unknown";
    case WireRefusal.PARKED:
      return "parked";
    default:
      return unknownWord("refusal");
  }
};

export const beginFromWire = (answer: BeginRunResponse): BeginAnswer =>
  answer.refusal !== WireRefusal.UNSPECIFIED
    ? { granted: false, refusal: refusalFromWire(answer.refusal) }
    : {
        granted: true,
        runId: answer.runId,
        leaseMs: answer.lease?.remainingMs ?? 0,
        streams: answer.streams.map(streamFromWire),
        settingsVersion: answer.settingsVersion,
        ...(answer.source && { source: answer.source }),
        ...(answer.sourceIdentity && {
          sourceIdentity: answer.sourceIdentity,
        }),
      };

const streamFromWire = (stream: WireStream): StreamState => ({
  kind: known(streamKindFromWire(stream.kind), "stream"),
  ...(stream.container && { container: stream.container }),
  ...(stream.remoteToken && { remoteToken: stream.remoteToken }),
  remoteDue: stream.remoteDue,
  full: stream.full,
  listing: stream.listing,
  ...(stream.boundAt && { boundAt: stream.boundAt.getTime() }),
  unlinked: Number(stream.unlinked),
  ...(stream.watched && { watched: true }),
  ...(stream.unwatched && { unwatched: true }),
  ...(stream.takenIn && { takenIn: true }),
  ...(stream.first && { first: portionFromWire(stream.first) }),
});

export const portionFromWire = ({
  entries,
  free,
  trial,
}: WirePortion): Portion => ({
  entries: entries.map(entryFromWire),
  free,
  ...(trial > 0n && { trial }),
});

export const aheadToWire = ({
  streams,
  ...told
}: Ahead): DeepPartial<WireAhead> => ({
  ...told,
  streams: streams.map(({ kind, kinds }) => ({
    stream: streamKindToWire(kind),
    kinds: kinds.map(recordKindToWire),
  })),
});

const linkFromWire = (link: WireLink): Link => ({
  kind: known(recordKindFromWire(link.kind), "record kind"),
  recordId: link.recordId,
  itemId: link.itemId,
  ...(link.itemVersion && { itemVersion: link.itemVersion }),
  hash: link.hash,
  fields: link.fields,
  origin: known(originFromWire(link.origin), "origin"),
  ...(link.lost !== WireLoss.UNSPECIFIED && {
    lost: known(lossFromWire(link.lost), "loss"),
  }),
  ...(link.elsewhere && { elsewhere: true }),
  ...(link.history !== undefined && { history: link.history }),
});

export const entryFromWire = (entry: WireEntry): Entry => {
  const base = {
    entryId: entry.entryId,
    position: entry.position,
    attempts: entry.attempts,
    ...(entry.traceParent && { traceParent: entry.traceParent }),
    ...(entry.link && { link: linkFromWire(entry.link) }),
    judgedAt: known(entry.judgedAt, "entry without judged_at").getTime(),
    ...(entry.sent && {
      ...({ sent: true, unsure: entry.sentFields } as const),
      sentMs: Number(entry.sentMs),
    }),
    ...(entry.intent !== WireRemoval.UNSPECIFIED && {
      intent: known(removalFromWire(entry.intent), "removal"),
      ...(entry.intentFields.length > 0 && {
        intentFields: entry.intentFields,
      }),
    }),
    ...(entry.released && ({ released: true } as const)),
    ...(entry.previewed && ({ previewed: true } as const)),
  };
  if (entry.side === Side.REMOTE)
    return {
      ...base,
      side: "remote",
      itemId: entry.itemId,
      ...(entry.itemVersion && { itemVersion: entry.itemVersion }),
      gone: entry.gone,
      ...(entry.decision && { decision: decisionFromWire(entry.decision) }),
      ...(entry.appearedAt && { appearedAt: entry.appearedAt.getTime() }),
    };
  if (entry.side !== Side.AMS) return unknownWord("side");
  return {
    ...base,
    side: "ams",
    kind: known(recordKindFromWire(entry.kind), "record kind"),
    recordId: entry.recordId,
    tombstone: entry.gone,
    ...(entry.committedAt && { committedAt: entry.committedAt.getTime() }),
    ...(entry.restore && { restore: true }),
    ...(entry.takeBack.length > 0 && { takeBack: entry.takeBack }),
  };
};

const decisionFromWire = ({ answer }: WireDecision): UserDecision => {
  switch (answer?.$case) {
    case "link":
      return {
        answer: "link",
        kind: known(recordKindFromWire(answer.value.kind), "record kind"),
        recordId: answer.value.recordId,
      };
    case "create":
    case "leave":
      return { answer: answer.$case };
    default:
      return unknownWord("decision");
  }
};

export const remotePageToWire = (
  changes: readonly RemoteChange[],
  token: string | undefined,
  page: RemotePage | undefined,
): Pick<
  DeepPartial<TakeInRemoteRequest>,
  "changes" | "token" | "more" | "anew" | "watchedUntil"
> => ({
  changes: changes.map(({ id, version, gone }) => ({
    itemId: id,
    ...(version !== undefined && { itemVersion: version }),
    gone,
  })),
  token: token ?? "",
  more: page?.more === true,
  anew: page?.anew === true,
  ...(page?.watchedUntil !== undefined && {
    watchedUntil: new Date(page.watchedUntil),
  }),
});

const HEALTH = {
  ok: AccountHealth.OK,
  degraded: AccountHealth.DEGRADED,
  "needs-login": AccountHealth.NEEDS_LOGIN,
} as const;

export const summaryToWire = (
  run: RunRef,
  { counts, health, error, retryInMs }: RunSummary,
  last: readonly StreamResults[] = [],
): DeepPartial<EndRunRequest> => ({
  run: runToWire(run),
  counts: { ...counts },
  health: HEALTH[health],
  ...failureToWire(error),
  retryInMs: wholeMs(retryInMs),
  last: last.map(({ stream, results }) => ({
    stream: streamKindToWire(stream),
    results: results.map(resultToWire),
  })),
});

export const failureToWire = (
  error: RunSummary["error"],
): { readonly errorKind: string; readonly errorMessage: string } => ({
  errorKind: error?.kind ?? "",
  errorMessage: error ? sentence(error.message) : "",
});
