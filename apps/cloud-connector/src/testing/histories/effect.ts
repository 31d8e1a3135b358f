import type { ConnectorError, RecordRef } from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";

export type Operation =
  "open" | "container" | "changes" | "fetch" | "create" | "update" | "delete";

/** One write: as it was sent, and what it did. */
export interface Effect {
  readonly operation: "create" | "update" | "delete";
  readonly stream: StreamKind;
  readonly id: string;
  readonly before?: string;
  readonly after?: string;
  /** Of a create. */
  readonly ref?: RecordRef;
}

export type Fault = {
  readonly error: ConnectorError;
  /** Refused, or done with its answer lost, or done once the run is long over. */
  readonly when: "before" | "after" | "late";
};

/** Told of every request before it is carried out; may fail it. */
export type Ear = (operation: Operation) => Fault | undefined;
