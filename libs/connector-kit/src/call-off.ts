import { attempt } from "./attempt.js";
import { faultOf } from "./log.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";

/** One that is over. */
const NEVER = 0;

/**
 * Before an account ends nobody tells of its changes any more. Where that fails the account is as it was: the next run tries
 * it again, until what was agreed is over by itself.
 * @throws LeaseLost
 */
export const callOff = async (
  context: RunContext,
  streams: readonly StreamState[],
): Promise<void> => {
  const { remote, lease, state, run, log } = context;
  for (const stream of streams) {
    if (!stream.watched) continue;
    const { kind } = stream;
    const done = await attempt(lease, () => remote.callOff(stream));
    if (done.ok)
      await state.takeInRemote(run, kind, [], undefined, {
        watchedUntil: NEVER,
      });
    else {
      log.warn(
        { stream: kind, fault: faultOf(done.error) },
        "the other system could not be told to stop telling of changes",
      );
      context.troubles.report(kind, done.error);
    }
  }
};
