import type { RecordKind, StreamKind } from "@ams-sync/sync-core";
import type { AccountKey, RunSummary } from "../run-state.js";
import { MemoryStream } from "./memory-stream.js";

export interface MemoryAccount {
  readonly key: AccountKey;
  readonly streams: ReadonlyMap<StreamKind, MemoryStream>;
  run?: { readonly id: string; until: number };
  /** What state was told last. */
  settingsVersion: bigint;
  /** Epoch ms. */
  dueAt: number;
  /** Runs in a row that ended with an error. */
  failures: number;
  /** The last run's end, as people would see it. */
  summary?: RunSummary;
}

export interface FeedChange {
  readonly kind: RecordKind;
  readonly id: string;
  readonly deleted?: boolean;
  /** A deletion that an operator has agreed to. */
  readonly approved?: true;
  readonly traceParent?: string;
}

export const activeStreams = ({
  streams,
}: MemoryAccount): readonly MemoryStream[] =>
  [...streams.values()].filter(({ active }) => active);

export const newAccount = (
  key: AccountKey,
  kinds: readonly StreamKind[],
): MemoryAccount => ({
  key,
  streams: new Map(
    kinds.map((kind) => [kind, new MemoryStream(kind)] as const),
  ),
  settingsVersion: 1n,
  dueAt: 0,
  failures: 0,
});
