import type { Canonical, Fields } from "@ams-sync/sync-core";
import { recordKey } from "./ams-records.js";
import { persist } from "./attempt.js";
import { done } from "./done.js";
import type { Done } from "./done.js";
import { recordOfUid } from "./identity.js";
import { copyKey, keysOf, sameOne } from "./left.js";
import { isOwn } from "./own-container.js";
import type { Item, ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { denies } from "./strangers.js";
import { REJECTED_RETRY_MS } from "./what-next.js";
import { formOf, see } from "./work.js";
import type { Work } from "./work.js";

/**
 * Before records are made there, also once more: items without a record that may be theirs. One is taken over, several
 * are a question.
 * @returns false where the stream or the run has to stop
 */
export const findItems = async (
  context: RunContext,
  stream: StreamState,
  port: ReadPort,
  works: readonly Work[],
  finish: (work: Work, through: Done) => void,
): Promise<boolean> => {
  const { state, run } = context;
  const { tenantId } = run.account;
  const wanted = works.flatMap((work) =>
    work.record.state === "in"
      ? [
          {
            work,
            copy: copyKey(tenantId, work.entry),
            keys: keysOf(tenantId, formOf(work, work.record.fields)),
          },
        ]
      : [],
  );
  const keys = [...new Set(wanted.flatMap((one) => [one.copy, ...one.keys]))];
  if (keys.length === 0) return true;
  const found = await state.findItems(run, stream.kind, keys);
  const one = new Map<string, Work>();
  const copies = new Set<string>();
  for (const { work, copy, keys: own } of wanted) {
    const known = found.get(copy) ?? [];
    const ids = new Set([
      ...known,
      ...own.flatMap((key) => found.get(key) ?? []),
    ]);
    const [id] = ids;
    if (ids.size > 1) finish(work, question(work));
    else if (id !== undefined && !one.has(id)) one.set(id, work);
    for (const each of known) copies.add(each);
  }
  if (one.size === 0) return true;
  const items = await fetched(context, stream, port, [...one.keys()]);
  if (!items) return false;
  for (const [id, work] of one) {
    const item = items.get(id);
    if (!item || item.obstacle !== undefined || work.record.state !== "in")
      continue;
    const known =
      item.uid === undefined ? undefined : recordOfUid(tenantId, item.uid);
    const own = known && recordKey(known) === recordKey(refOf(work));
    const its = formOf(work, work.record.fields);
    const same = copies.has(id) || sameOne(its, item.canonical);
    const alone = () => keepsToItself(port, its, item);
    if (!own && (known || !same || (!copies.has(id) && alone()))) continue;
    if (item.cancelled && !own) continue;
    // A copy of which somebody or something else was made has its id all the same.
    if (denies(port, its, item)) continue;
    // What was agreed on was agreed on with the one that is missing.
    if (work.link && own) work.link = { ...work.link, itemId: id };
    else delete work.link;
    see(work, port, item);
  }
  return true;
};

/**
 * R25: in a calendar of the user's own, an appointment of ams takes an equal one over, lest it stand there twice, but not
 * with a text that ams does not have: once the two are one, that would come in, at once or with the next change. Then
 * each has its own item. What is private is not even looked at for likeness.
 */
const keepsToItself = (
  port: ReadPort,
  its: Canonical,
  { canonical, confidential }: Item,
): boolean => {
  if (canonical.type !== "appointment" || isOwn(port)) return false;
  const { remark } = canonical.fields;
  const fields: Fields = port.normalize(its).fields;
  return (
    confidential === true ||
    (remark !== undefined && remark !== fields["remark"])
  );
};

const refOf = ({ entry: { kind, recordId: id } }: Work) => ({ kind, id });

/**
 * All in one question; where it is refused, which may be one item's fault, each by itself.
 * @returns undefined where the stream or the run has to stop
 */
const fetched = async (
  { lease, clock, troubles }: RunContext,
  { kind }: StreamState,
  port: ReadPort,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item> | undefined> => {
  const ask = (some: readonly string[]) =>
    persist(lease, clock, () => port.fetch(some));
  const all = await ask(ids);
  if (all.ok) return all.value;
  const items = new Map<string, Item>();
  const alone = all.error.kind === "rejected" ? ids : [];
  for (const id of alone) {
    if (troubles.stopped(kind)) return undefined;
    const one = await ask([id]);
    const item = one.ok ? one.value.get(id) : undefined;
    if (item) items.set(id, item);
    // What cannot be read is nobody's.
    if (one.ok || one.error.kind === "rejected") continue;
    troubles.report(kind, one.error);
    return undefined;
  }
  if (alone.length > 0) return items;
  troubles.report(kind, all.error);
  return undefined;
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
