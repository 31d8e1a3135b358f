import {
  context,
  SpanStatusCode,
  trace,
  type SpanKind,
} from "@opentelemetry/api";
import { failSpan, tracer } from "../telemetry/span.js";
import { parseTraceParent } from "../telemetry/trace-parent.js";

interface CallSpan {
  readonly path: string;
  readonly kind: SpanKind;
  readonly parent?: string | undefined;
}

/**
 * Wraps a middleware's generator in a span. Every step of the generator is resumed inside the span's context: a plain
 * `context.with` around a generator ends before its first step runs.
 */
export async function* spanOverCall<Response>(
  { path, kind, parent }: CallSpan,
  next: () => AsyncGenerator<Response, Response | void, undefined>,
): AsyncGenerator<Response, Response | void, undefined> {
  const remote = parseTraceParent(parent);
  const outer =
    remote === undefined
      ? context.active()
      : trace.setSpanContext(context.active(), remote);
  const [, service = "", method = ""] = path.split("/");
  const attributes = {
    "rpc.system": "grpc",
    "rpc.service": service,
    "rpc.method": method,
  };
  const span = tracer("ams-sync").startSpan(
    path.slice(1),
    { kind, attributes },
    outer,
  );
  const inner = trace.setSpan(outer, span);
  try {
    const steps = context.with(inner, next);
    for (;;) {
      const step = await context.with(inner, () => steps.next());
      if (step.done) {
        span.setStatus({ code: SpanStatusCode.OK });
        return step.value;
      }
      yield step.value;
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === "number")
      span.setAttribute("rpc.grpc.status_code", code);
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
}
