import { persist } from "./attempt.js";
import { done } from "./done.js";
import type { Done } from "./done.js";
import { recordOfUid } from "./identity.js";
import { keysOf, sameOne } from "./left.js";
import type { StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { REJECTED_RETRY_MS } from "./what-next.js";
import { formOf, see } from "./work.js";
import type { Work } from "./work.js";

/**
 * Before records are made there: items without a record that may be theirs. One is taken over, several are a question.
 * @returns false where the stream or the run has to stop
 */
export const findItems = async (
  context: RunContext,
  stream: StreamState,
  port: StreamPort,
  works: readonly Work[],
  finish: (work: Work, through: Done) => void,
): Promise<boolean> => {
  const { state, run, lease, clock, troubles } = context;
  const { tenantId } = run.account;
  const wanted = works.flatMap((work) =>
    work.record.state === "in"
      ? [{ work, keys: keysOf(tenantId, formOf(work, work.record.fields)) }]
      : [],
  );
  const keys = [...new Set(wanted.flatMap((one) => one.keys))];
  if (keys.length === 0) return true;
  const found = await state.findItems(run, stream.kind, keys);
  const one = new Map<string, Work>();
  for (const { work, keys: own } of wanted) {
    const ids = new Set(own.flatMap((key) => found.get(key) ?? []));
    const [id] = ids;
    if (ids.size > 1) finish(work, question(work));
    else if (id !== undefined && !one.has(id)) one.set(id, work);
  }
  if (one.size === 0) return true;
  const items = await persist(lease, clock, () => port.fetch([...one.keys()]));
  if (!items.ok) {
    troubles.report(stream.kind, items.error);
    return false;
  }
  for (const [id, work] of one) {
    const item = items.value.get(id);
    if (!item || item.obstacle !== undefined || work.record.state !== "in")
      continue;
    const foreign =
      item.uid === undefined || recordOfUid(tenantId, item.uid) === undefined;
    if (foreign && sameOne(formOf(work, work.record.fields), item.canonical))
      see(work, port, item);
  }
  return true;
};

const question = ({ entry }: Work): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "several-items",
      message:
        "Several items there may be this record's. Remove all but one there, or connect one of them with the record.",
      retryInMs: REJECTED_RETRY_MS,
    },
    { count: "setAside", cell: "several-items", effect: false },
  );
