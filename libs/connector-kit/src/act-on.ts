import { act, tryOut } from "./act.js";
import { endsRun } from "./ask-ams.js";
import type { Done } from "./done.js";
import type { Ledger } from "./ledger.js";
import type { ReadPort, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import { tried } from "./trial.js";
import { secondOf } from "./work.js";
import type { Work } from "./work.js";

/**
 * Carries out what is planned for a record; one must not take the others with it.
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const actOn = async (
  context: RunContext,
  port: StreamPort,
  work: Work,
  ledger: Ledger,
): Promise<Done | undefined> => {
  const { hands } = ledger;
  try {
    if (work.maybeTwice) {
      const second = await act(context, port, secondOf(work), hands);
      if (second?.result.outcome.type !== "untouched" && !second?.effect)
        return second;
      await count(work, second, ledger);
    }
    return await act(context, port, work, hands);
  } catch (error) {
    if (endsRun(error)) throw error;
    return ledger.fault(work.entry, error);
  }
};

/**
 * On trial: shows what is planned. What is not shown of a second item is held once it is found.
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const showOf = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  ledger: Ledger,
): Promise<Done | undefined> => {
  try {
    return await tryOut(context, port, work, (of, action) =>
      tried(context, of, action),
    );
  } catch (error) {
    if (endsRun(error)) throw error;
    return ledger.fault(work.entry, error);
  }
};

/** The second item is gone, and the guard has to know; the link stays, as the first one is still there. */
const count = async (
  work: Work,
  { result: { outcome } }: Done,
  { hands }: Ledger,
): Promise<void> => {
  const { link } = work.entry;
  if (!link || outcome.type !== "unlinked" || !outcome.destructive) return;
  await hands.remember(work, {
    type: "linked",
    link,
    destructive: true,
    ...(outcome.unasked && { unasked: true }),
  });
};
