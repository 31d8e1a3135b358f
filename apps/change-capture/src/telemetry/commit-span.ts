import {
  ROOT_CONTEXT,
  context,
  isSpanContextValid,
  trace,
  type Span,
} from "@opentelemetry/api";
import {
  currentTraceParent,
  parseTraceParent,
  tracer,
} from "@ams-sync/platform";

export interface CaptureSpan {
  /** Goes into every change, so that a run continues this trace; "" without telemetry. */
  readonly traceParent: string;
  end(rows: number): void;
}

/** The first span of a change's trace. Begins when ams committed, so that the trace shows the whole wait. */
export const startCommitSpan = (committedAt: Date): CaptureSpan => {
  const now = Date.now();
  return captureSpan(
    tracer("change-capture").startSpan(
      "capture commit",
      // A clock of ams that runs ahead must not make a span of negative length.
      { root: true, startTime: Math.min(committedAt.getTime(), now) },
      ROOT_CONTEXT,
    ),
  );
};

/** One chunk of the first reading: one trace for millions of rows would be of no use. */
export const startSnapshotSpan = (): CaptureSpan =>
  captureSpan(
    tracer("change-capture").startSpan(
      "capture snapshot",
      { root: true },
      ROOT_CONTEXT,
    ),
  );

/** Runs `work` as a child of the span with this traceparent; calls and jobs made inside continue its trace. */
export const inTrace = <T>(
  traceParent: string | undefined,
  work: () => T,
): T => {
  const parent = parseTraceParent(traceParent);
  return parent === undefined
    ? work()
    : context.with(trace.setSpanContext(ROOT_CONTEXT, parent), work);
};

const captureSpan = (span: Span): CaptureSpan => {
  // Without telemetry: one for all, as a flood has one for each row.
  if (!isSpanContextValid(span.spanContext())) return UNTRACED;
  return {
    traceParent: context.with(
      trace.setSpan(ROOT_CONTEXT, span),
      currentTraceParent,
    ),
    end: (rows) => {
      span.setAttribute("ams_sync.rows", rows);
      span.end();
    },
  };
};

const UNTRACED: CaptureSpan = { traceParent: "", end: () => undefined };
