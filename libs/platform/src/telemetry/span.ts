import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { parseTraceParent } from "./trace-parent.js";

export interface SpanSettings {
  readonly attributes?: Attributes;
  /** traceparent that the span continues; unset or malformed: the active span. */
  readonly parent?: string | undefined;
  /** traceparents of other traces that led here, for example of the changes of one batch. */
  readonly links?: readonly string[];
  readonly kind?: SpanKind;
}

export const tracer = (name: string): Tracer => trace.getTracer(name);

/**
 * Runs `fn` inside a span and ends it. Of a failure only the error's type is recorded: messages may hold data
 * (those of instrumentations are taken out before spans leave, see `withoutMessages`).
 */
export const inSpan = async <T>(
  name: string,
  settings: SpanSettings,
  fn: (span: Span) => Promise<T> | T,
): Promise<T> => {
  const parent = parseTraceParent(settings.parent);
  const outer =
    parent === undefined
      ? context.active()
      : trace.setSpanContext(context.active(), parent);
  const links = (settings.links ?? []).flatMap((text) => {
    const linked = parseTraceParent(text);
    return linked === undefined ? [] : [{ context: linked }];
  });
  const span = tracer("ams-sync").startSpan(
    name,
    {
      kind: settings.kind ?? SpanKind.INTERNAL,
      attributes: settings.attributes ?? {},
      links,
    },
    outer,
  );
  try {
    return await context.with(trace.setSpan(outer, span), () => fn(span));
  } catch (error) {
    failSpan(span, error);
    throw error;
  } finally {
    span.end();
  }
};

/** Marks a span as failed by the error's type alone. */
export const failSpan = (span: Span, error: unknown): void => {
  const type = error instanceof Error ? error.constructor.name : typeof error;
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
};
