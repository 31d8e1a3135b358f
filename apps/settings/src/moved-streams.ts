import type { Account } from "@ams-sync/contracts";
import { STREAM_KINDS, type StreamKind } from "@ams-sync/sync-core";

type Target = Pick<Account, "serverUrl" | "username"> &
  Partial<Pick<Account, "contacts" | "appointments">>;

export const logsInElsewhere = (before: Target, after: Target): boolean =>
  before.serverUrl !== after.serverUrl || before.username !== after.username;

/**
 * Streams whose items live elsewhere from now on. With another login those that
 * are off move as well: what they agreed on before must not be taken for the new
 * server's when they come back. Whether a stream comes back to another container
 * state finds out, which remembers the old one.
 */
export const movedStreams = (
  before: Target,
  after: Target,
): readonly StreamKind[] =>
  logsInElsewhere(before, after)
    ? STREAM_KINDS
    : STREAM_KINDS.filter((kind) => {
        const was = before[kind];
        const is = after[kind];
        return was && is && placesOf(was) !== placesOf(is);
      });

/**
 * Streams that leave the place that they have now: they move, or are switched off. Of one that was off before nobody is
 * asked: what it had put somewhere was left there when it was switched off.
 */
export const partingStreams = (
  before: Target,
  after: Target,
): readonly StreamKind[] => {
  const moved = movedStreams(before, after);
  return STREAM_KINDS.filter(
    (kind) => before[kind] && (moved.includes(kind) || !after[kind]),
  );
};

const placesOf = (options: {
  readonly container: string;
  readonly companiesContainer?: string;
  readonly agentsContainer?: string;
}): string =>
  JSON.stringify([
    options.container,
    options.companiesContainer ?? "",
    options.agentsContainer ?? "",
  ]);
