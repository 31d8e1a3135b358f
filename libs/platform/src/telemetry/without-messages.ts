import type { Attributes, SpanStatus } from "@opentelemetry/api";
import type { NodeSDK } from "@opentelemetry/sdk-node";

export type SpanExporter = NonNullable<
  NonNullable<ConstructorParameters<typeof NodeSDK>[0]>["traceExporter"]
>;
export type ReadableSpan = Parameters<SpanExporter["export"]>[0][number];

/**
 * Instrumentations write the messages of errors into their spans, and those of a database or a server quote what was to
 * be stored: customers' data. Only an error's type (SQLSTATE, error code or class) leaves the process.
 */
export const withoutMessages = (exporter: SpanExporter): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(
      spans.map((span) => cleared(span)),
      done,
    ),
  shutdown: () => exporter.shutdown(),
  ...(exporter.forceFlush && {
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }),
});

/** Every property by name: some are getters of the span's class, which a spread loses. */
const cleared = (span: ReadableSpan): ReadableSpan => {
  const type = typeOf(span);
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext && {
      parentSpanContext: span.parentSpanContext,
    }),
    startTime: span.startTime,
    endTime: span.endTime,
    status: statusOf(span.status, type),
    attributes:
      type === undefined
        ? span.attributes
        : { ...span.attributes, "error.type": type },
    links: span.links,
    events: span.events.map((event) => ({
      ...event,
      ...(event.attributes && { attributes: kept(event.attributes) }),
    })),
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
};

const statusOf = (
  { code, message }: SpanStatus,
  type: string | undefined,
): SpanStatus =>
  message === undefined || type === undefined
    ? { code }
    : { code, message: type };

const kept = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(
      ([name]) =>
        name !== "exception.message" && name !== "exception.stacktrace",
    ),
  );

/** The sentence that the instrumentation of pg records in place of the message. */
const SQLSTATE = /^PostgreSQL error of type '.*' occurred \(code: (\w+)\)$/;

/** What a span or the exception recorded in it says of the error's kind; a code or a class, never a sentence. */
const typeOf = ({ attributes, events }: ReadableSpan): string | undefined =>
  [
    ...events.flatMap(({ attributes: of }) => [
      SQLSTATE.exec(String(of?.["exception.message"]))?.[1],
      of?.["exception.type"],
    ]),
    attributes["error.type"],
  ].find(
    (type): type is string =>
      typeof type === "string" && /^[\w.$-]{1,80}$/.test(type),
  );
