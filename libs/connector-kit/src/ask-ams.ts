import { AmsAway } from "./ams-records.js";
import { ServiceFailed } from "./attempt.js";
import { refused } from "./done.js";
import type { Done } from "./done.js";
import { faultOf } from "./log.js";
import type { RunContext } from "./run-context.js";
import { LeaseLost } from "./run-state.js";
import type { Entry } from "./run-state.js";

/** What ams says of one item, or why it could not be asked. */
export type Answer<A> = { readonly value: A } | { readonly error: unknown };

/**
 * One question about several items. Where it fails although ams answers, one of them is to blame: each is asked about by
 * itself then.
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const askAms = async <Q, A>(
  context: RunContext,
  about: readonly Q[],
  ask: (about: readonly Q[]) => Promise<readonly A[]>,
): Promise<readonly Answer<A>[]> => {
  if (about.length === 0) return [];
  const all = await whileAnswering(context, () => ask(about));
  if ("value" in all) return all.value.map((value) => ({ value }));
  const answers: Answer<A>[] = [];
  for (const one of about) {
    const asked = await whileAnswering(context, () => ask([one]));
    const [value] = "value" in asked ? asked.value : [];
    answers.push(
      value === undefined && "error" in asked ? asked : { value: value as A },
    );
  }
  return answers;
};

/**
 * A failure is a value only while ams still answers for the user alone.
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const whileAnswering = async <T>(
  { records, home, account }: RunContext,
  call: () => Promise<T>,
): Promise<Answer<T>> => {
  try {
    return { value: await call() };
  } catch (error) {
    if (endsRun(error)) throw error;
    try {
      await records.load(home, account.userId, []);
    } catch {
      throw new ServiceFailed("ams did not answer.", { cause: error });
    }
    return { error };
  }
};

/** What no single item is to blame for. */
export const endsRun = (error: unknown): boolean =>
  error instanceof LeaseLost ||
  error instanceof ServiceFailed ||
  error instanceof AmsAway;

/** Set aside; the rest goes on. `message` is for people. */
export const refusedByAms = (
  { log }: RunContext,
  entry: Entry,
  error: unknown,
  message: string,
): Done => {
  log.error({ entry: String(entry.entryId), fault: faultOf(error) }, message);
  return refused(
    entry,
    `${message} It is tried again daily; the connector's log says more.`,
  );
};
