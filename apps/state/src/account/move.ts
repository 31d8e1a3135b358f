import type { StreamKind } from "@ams-sync/sync-core";

/** A stream that came to another place. */
export interface Move {
  readonly kind: StreamKind;
  /** With which settings version; 0: with one that state has yet to hear of. */
  readonly since: bigint;
}

/**
 * Those that state has yet to hear of. A note whose answer got lost comes with the next save once more: what was put at
 * the new place meanwhile would be taken for what was left at the old one.
 * @param heard the settings version that state was told last
 */
export const newMoves = (
  moves: readonly Move[],
  heard: bigint,
): readonly StreamKind[] =>
  moves.flatMap(({ kind, since }) =>
    since === 0n || since > heard ? [kind] : [],
  );
