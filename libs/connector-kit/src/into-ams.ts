import { canonicalOf } from "@ams-sync/sync-core";
import type { AmsRecord, Inward } from "@ams-sync/sync-core";
import { recordKey } from "./ams-records.js";
import type { AmsWrites, Changed } from "./ams-writes.js";
import { refusedByAms, whileAnswering } from "./ask-ams.js";
import { busyInAms, done, refused, untold } from "./done.js";
import type { Done } from "./done.js";
import { judge } from "./judge.js";
import { noUser } from "./no-user.js";
import type { ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Entry } from "./run-state.js";
import { MAX_REPLANS, backOffMs } from "./what-next.js";
import { recordOf } from "./work.js";
import type { Work } from "./work.js";

/**
 * Writes what comes in, if the record is as it was read.
 * @returns `again`: it was not, and has been read anew
 * @throws LeaseLost, ServiceFailed, AmsAway
 */
export const intoAms = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  { fields, received }: Inward,
): Promise<"taken" | "again" | Done> => {
  const { counts, home } = context;
  const { entry, rowVersion } = work;
  if (rowVersion === undefined)
    throw new Error("A record without a version is not written.");
  const { taken: together } = work;
  if (together) {
    delete work.taken;
    counts.taken += 1;
    return taken(context, port, work, together) ? "taken" : "again";
  }
  const ref = { kind: entry.kind, id: entry.recordId };
  const change = { ref, rowVersion, fields, names: received };
  const changed = await write(context, entry, (writes) =>
    writes.change(home, change),
  );
  if (!("value" in changed)) return changed;
  const { value } = changed;
  switch (value.outcome) {
    case "written": {
      counts.taken += 1;
      return taken(context, port, work, value.record) ? "taken" : "again";
    }
    case "refused":
      return refused(entry, value.message);
    case "busy":
      return busyInAms(entry, value.message, context.limits.backOffFirstMs);
    default:
      return readAnew(context, port, work, value.outcome);
  }
};

/** One effect in ams, under a lease that outlasts it. A row that ams cannot write takes no others with it. */
export const write = async <T>(
  context: RunContext,
  entry: Entry,
  call: (writes: AmsWrites) => Promise<T>,
): Promise<{ readonly value: T } | Done> => {
  const { writes, lease, connector } = context;
  if (!writes) throw new Error("There is no way into ams.");
  await lease.outlast(connector.requestTimeoutMs);
  const written = await whileAnswering(context, () => call(writes));
  if ("value" in written) return written;
  return refusedByAms(
    ...([context, entry, written.error] as const),
    "ams answers, but this change could not be written into it.",
  );
};

/** @returns false where the row as ams made it cannot be carried any more */
const taken = (
  { account }: RunContext,
  port: ReadPort,
  work: Work,
  record: AmsRecord,
): boolean => {
  const checked = canonicalOf(record, account.options);
  if (record.rowVersion !== undefined) work.rowVersion = record.rowVersion;
  if (!checked.ok) {
    work.record = { state: "broken", problem: checked.problem };
    return false;
  }
  const { fields } = port.normalize(checked.canonical);
  work.record = { state: "in", fields };
  return true;
};

const readAnew = async (
  context: RunContext,
  port: ReadPort,
  work: Work,
  outcome: Exclude<Changed["outcome"], "written" | "refused" | "busy">,
): Promise<"again" | Done> => {
  const { records, home, account, halt } = context;
  const { entry } = work;
  work.stale = (work.stale ?? 0) + 1;
  if (work.stale > MAX_REPLANS) return busy(work, outcome);
  const ref = { kind: entry.kind, id: entry.recordId };
  const view = await records.load(home, account.userId, [ref]);
  if (!view.user) {
    halt.stop(noUser(view));
    return "again";
  }
  const record = view.records.get(recordKey(ref));
  const judged = judge(entry, record, view.user, account.options);
  if (judged.state === "untold") return untold(entry);
  Object.assign(work, recordOf(judged, port));
  return "again";
};

const busy = ({ entry }: Work, outcome: string): Done =>
  done(
    entry,
    {
      type: "set-aside",
      code: "changing-in-ams",
      message:
        "The record changes in ams again and again while a change from outside is to be written. It is tried again by itself.",
      retryInMs: backOffMs(entry.attempts),
    },
    { count: "setAside", cell: `ams-${outcome}`, effect: false },
  );
