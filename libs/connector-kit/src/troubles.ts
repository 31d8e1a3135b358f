import type { StreamKind } from "@ams-sync/sync-core";
import type { ConnectorError } from "./connector-error.js";
import { Halt } from "./halt.js";
import type { StopReason } from "./halt.js";
import { faultOf } from "./log.js";
import type { Log } from "./log.js";
import { whatNext } from "./what-next.js";

type ErrorStop = Extract<StopReason, { type: "error" }>;

/** So many records in a row that the server did not answer for: the server is in trouble, not the records. */
const UNANSWERED_MAX = 5;

/** Why a whole run, or a whole stream of it, cannot go on. */
export class Troubles {
  readonly #streams = new Map<StreamKind, ErrorStop>();
  #unanswered = 0;

  constructor(
    private readonly halt: Halt,
    private readonly log: Log,
  ) {}

  /** Whether this run leaves the stream alone from now on. */
  stopped(stream: StreamKind): boolean {
    return this.halt.stopped() || this.#streams.has(stream);
  }

  /** The first stream's reason; for the end of a run that nothing else ended. */
  get ofStreams(): ErrorStop | undefined {
    return this.#streams.values().next().value;
  }

  /** An error that concerns no single record: it ends the run, or only its stream where the other may well go on. */
  report(stream: StreamKind, error: ConnectorError): void {
    const stop = stopOf(error);
    const { kind, message, detail } = error;
    this.log.warn(
      {
        stream,
        error: kind,
        status: detail.status,
        ...(detail.cause !== undefined && { fault: faultOf(detail.cause) }),
      },
      message,
    );
    if (concernsStream(error)) this.#streams.set(stream, stop);
    else this.halt.stop(stop);
  }

  /**
   * state has a stream that the settings do not send: one of them has not heard yet. What is to become of its items is
   * for the user to say, so it is left alone, and the account must not be woken for it at once.
   */
  disagree(stream: StreamKind): void {
    this.#streams.set(stream, {
      type: "error",
      kind: "transient",
      message: `The settings no longer send ${stream}, state has not heard of it yet; the run is repeated.`,
      health: "degraded",
      retryInMs: 0,
    });
  }

  /**
   * A record was set aside because nobody answered. After a few in a row the rest is spared its attempts. One that
   * failed in earlier runs says nothing of the server: a few that it never answers for would keep all others waiting.
   */
  unanswered(
    stream: StreamKind,
    error: ConnectorError,
    attempts: number,
  ): void {
    if (attempts > 0) return;
    this.#unanswered += 1;
    if (this.#unanswered >= UNANSWERED_MAX) this.report(stream, error);
  }

  answered(): void {
    this.#unanswered = 0;
  }
}

/** A calendar that is not there says nothing about the address book. */
const concernsStream = ({ kind }: ConnectorError): boolean =>
  kind !== "auth" && kind !== "throttled" && kind !== "transient";

/** Only a server that asks for it names a time; for all else state lets failed runs come in growing distances. */
const stopOf = ({ kind, message, detail }: ConnectorError): ErrorStop => {
  const next = whatNext({ kind, ...detail }, EXHAUSTED);
  return {
    type: "error",
    kind,
    message,
    health: next.do === "park" ? "needs-login" : "degraded",
    retryInMs: next.do === "end-run" ? next.retryInMs : 0,
  };
};

const EXHAUSTED = { transient: Infinity, replans: Infinity, attempts: 0 };
