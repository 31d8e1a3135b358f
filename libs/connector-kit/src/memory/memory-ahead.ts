import type { Ahead, StreamState } from "../run-state.js";
import { activeStreams } from "./memory-account.js";
import type { MemoryAccount } from "./memory-account.js";
import type { FeedRow, MemoryStream } from "./memory-stream.js";

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
