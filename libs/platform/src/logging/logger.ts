import { trace } from "@opentelemetry/api";
import {
  pino,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from "pino";
import { describeError, redact, redactText } from "./redaction.js";

export type { Logger } from "pino";

/** A level that is none is refused with all other bad variables at once; until then lines are written as usual. */
const levelOf = (wanted: string | undefined): string =>
  wanted !== undefined && (wanted in pino.levels.values || wanted === "silent")
    ? wanted
    : "info";

/** How every line of ours is written: JSON, without secrets, with the trace that it belongs to. */
export const logOptions = (
  name: string,
  level = process.env["LOG_LEVEL"],
): LoggerOptions => ({
  name,
  level: levelOf(level),
  base: {},
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: {
    level: (label) => ({ level: label }),
    log: (object) => redact(object) as Record<string, unknown>,
  },
  serializers: { err: describeError, error: describeError },
  // The last net: what a message text carries.
  hooks: { streamWrite: redactText },
  mixin: () => {
    const span = trace.getActiveSpan()?.spanContext();
    return span === undefined
      ? {}
      : { trace_id: span.traceId, span_id: span.spanId };
  },
});

/** A logger for code outside Nest's injection. */
export const logger = (
  name: string,
  destination?: DestinationStream,
): Logger =>
  destination === undefined
    ? pino(logOptions(name))
    : pino(logOptions(name), destination);
