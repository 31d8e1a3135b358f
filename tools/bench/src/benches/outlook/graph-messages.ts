import type { GraphPlace } from "@ams-sync/stack";

/** The simulator's process tells this once, as soon as it listens. */
export interface GraphReady extends GraphPlace {
  readonly tenant: string;
  readonly clientId: string;
  readonly secret: string;
}

/** What it is asked, each answered with a `GraphAnswer` of the same number. */
export type GraphQuestion =
  | { readonly ask: "mailboxes"; readonly addresses: readonly string[] }
  | { readonly ask: "counts" }
  | { readonly ask: "reset" }
  | { readonly ask: "contacts"; readonly address: string };

export interface GraphCounts {
  /** On the wire: a batch is one. Sign-in does not count. */
  readonly http: number;
  /** Answers of 429, those within batches too. */
  readonly throttled: number;
  /** For each mailbox: operations, and the most of them that were under way at once since the start. */
  readonly mailboxes: Readonly<
    Record<string, { readonly operations: number; readonly most: number }>
  >;
}

/** A contact as it can be sent again, with the folder that it is in. */
export interface HeldContact {
  readonly folder: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface GraphAnswer {
  readonly number: number;
  readonly counts?: GraphCounts;
  readonly contacts?: readonly HeldContact[];
}

export type Numbered<T> = T & { readonly number: number };
