/** A span as it came over the wire; ids in lower-case hex. */
export interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for a root span. */
  readonly parentSpanId: string | undefined;
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
  }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
  readonly failed: boolean;
}

interface KeyValue {
  key: string;
  value: Record<string, unknown>;
}

interface ExportTraceRequest {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] };
    scopeSpans?: { spans?: WireSpan[] }[];
  }[];
}

interface WireSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  links?: { traceId: string; spanId: string }[];
  attributes?: KeyValue[];
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
}

/** STATUS_CODE_ERROR of the trace protocol. */
const ERROR_STATUS = 2;

/** Reads the JSON form of ExportTraceServiceRequest. */
export function readSpans(request: ExportTraceRequest): ReceivedSpan[] {
  return (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const service = attributesOf(resource?.attributes)["service.name"];
    return (scopeSpans ?? []).flatMap(({ spans }) =>
      (spans ?? []).map((span) => ({
        service: typeof service === "string" ? service : "",
        name: span.name,
        traceId: span.traceId.toLowerCase(),
        spanId: span.spanId.toLowerCase(),
        parentSpanId: span.parentSpanId?.toLowerCase() || undefined,
        links: (span.links ?? []).map(({ traceId, spanId }) => ({
          traceId: traceId.toLowerCase(),
          spanId: spanId.toLowerCase(),
        })),
        attributes: attributesOf(span.attributes),
        durationMs:
          Number(
            BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano),
          ) / 1e6,
        failed: span.status?.code === ERROR_STATUS,
      })),
    );
  });
}

function attributesOf(pairs: KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(
    // An AnyValue is an object with one member, named by its type.
    pairs.map(({ key, value }) => [key, Object.values(value)[0]]),
  );
}
