import type { RecordKind, StreamKind, System } from "@ams-sync/sync-core";

/** What a run tells of itself. No value that is given here is anybody's data. */
export interface Telemetry {
  /** Runs `work` in a span of its own. `links` are traceparents. */
  span<T>(
    name: string,
    options: {
      readonly attributes: Readonly<Record<string, string | number>>;
      readonly links?: readonly string[];
    },
    work: () => Promise<T>,
  ): Promise<T>;
  /** W3C traceparent of the active span; empty without one. */
  currentTraceParent(): string;
  runEnded(labels: RunLabels, figures: RunFigures): void;
  acted(labels: ActionLabels): void;
  setAside(labels: {
    readonly system: System;
    readonly stream: StreamKind;
    readonly code: string;
  }): void;
  /** From the commit in ams to the answer of the other system. */
  written(labels: WriteLabels, seconds: number): void;
}

export interface RunLabels {
  readonly system: System;
  /** "done", "handed-back", "lease-lost", "failed", a refusal, or the error kind that ended the run. */
  readonly outcome: string;
}

export interface RunFigures {
  readonly seconds: number;
  readonly remoteRequests: number;
}

export interface ActionLabels {
  readonly system: System;
  readonly stream: StreamKind;
  readonly cell: string;
}

export interface WriteLabels {
  readonly system: System;
  readonly kind: RecordKind;
  readonly action: "create" | "update" | "delete";
}

export const silentTelemetry: Telemetry = {
  span: (_name, _options, work) => work(),
  currentTraceParent: () => "",
  runEnded: () => undefined,
  acted: () => undefined,
  setAside: () => undefined,
  written: () => undefined,
};

const TRACE_PARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** https://www.w3.org/TR/trace-context/ section 3.2; undefined for anything else. */
const traceIdOf = (traceParent: string): string | undefined =>
  TRACE_PARENT.exec(traceParent)?.[1];

/**
 * What a write is to be linked with. The commit whose trace led to this very run needs no link: the write is in its
 * trace. A change that was coalesced with others, waited or came with a sweep has a trace of its own.
 */
export const linksOf = (
  entryTraceParent: string | undefined,
  current: string,
): readonly string[] => {
  if (!entryTraceParent) return [];
  const own = traceIdOf(entryTraceParent);
  return own && own !== traceIdOf(current) ? [entryTraceParent] : [];
};
