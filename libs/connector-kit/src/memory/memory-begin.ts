import type { Ahead, StreamState } from "../run-state.js";
import { activeStreams } from "./memory-account.js";
import type { MemoryAccount } from "./memory-account.js";
import type { FeedRow, MemoryStream } from "./memory-stream.js";

/** State has a moment of the day for each account; here a day goes by. */
const AUDIT_AFTER_MS = 24 * 60 * 60 * 1_000;

export const beginStream = (stream: MemoryStream, now: number): void => {
  if (now - (stream.fullAt ?? now) >= AUDIT_AFTER_MS) stream.fullWanted = true;
  stream.polling = stream.remoteDue || !stream.listed;
};

/** What a run is told of a stream when it begins. */
export const toldOf = (stream: MemoryStream, now: number): StreamState => ({
  kind: stream.kind,
  ...(stream.owns &&
    stream.container !== undefined && { container: stream.container }),
  ...(stream.remoteToken !== undefined && {
    remoteToken: stream.remoteToken,
  }),
  remoteDue: stream.polling,
  full: stream.fullWanted,
  listing: !stream.listed,
  ...(stream.owns &&
    stream.boundAt !== undefined && { boundAt: stream.boundAt }),
  unlinked: stream.questions.unlinked.size,
  ...((stream.watchedUntil ?? 0) > now && { watched: true }),
  ...(stream.unwatched && { unwatched: true }),
});

/** The first steps of a run whose settings are known, with its beginning. */
export const takeAhead = (
  account: MemoryAccount,
  stream: MemoryStream,
  { limit, streams }: Ahead,
  feed: readonly FeedRow[],
  now: number,
): Pick<StreamState, "takenIn" | "first"> => {
  const sent = streams.find(({ kind }) => kind === stream.kind);
  if (!sent || stream.fullWanted) return {};
  stream.takeIn(feed, sent.kinds, now);
  // What the other system tells comes first.
  const asks = activeStreams(account).some(({ polling }) => polling);
  return {
    takenIn: true,
    ...(!asks && { first: stream.next(limit, now) }),
  };
};
