import {
  isSpanContextValid,
  trace,
  type SpanContext,
} from "@opentelemetry/api";

/** W3C Trace Context, section 3.2: version 00. */
const TRACE_PARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The header's text, or "" for a span that belongs to no trace. */
export const formatTraceParent = (span: SpanContext | undefined): string =>
  span !== undefined && isSpanContextValid(span)
    ? `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`
    : "";

/** undefined for an empty or malformed header: a broken trace never breaks work. */
export const parseTraceParent = (
  text: string | undefined,
): SpanContext | undefined => {
  const [, traceId, spanId, flags] = TRACE_PARENT.exec(text ?? "") ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined)
    return undefined;
  const span = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  };
  return isSpanContextValid(span) ? span : undefined;
};

/** traceparent of the active span, "" outside of any. */
export const currentTraceParent = (): string =>
  formatTraceParent(trace.getActiveSpan()?.spanContext());
