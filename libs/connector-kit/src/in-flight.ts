import type { Action } from "@ams-sync/sync-core";
import { unansweredAt } from "./history.js";
import { isInward, markedNames, marksOf, wasSent } from "./marks.js";
import type { Outcome } from "./run-state.js";
import type { Work } from "./work.js";

/** Times the first distance of 30 s: a quarter of an hour. Each distance is as long as the write has been away. */
const LOOKS = 31;

/**
 * A request that hangs on its way may reach the server long after its worker is dead or has given it up. What it wrote or
 * deleted then would stay for ever where the record gives no reason to write any more: it is gone, or it is again what it
 * was before. So one more look is not enough. A write of ours ends it, as the late one is conditional: on all servers but
 * those that have no ETags or do not heed conditions (facts of README.md), where a late request may still undo it.
 */
export const mayStillArrive = (
  { entry, record, link, item }: Work,
  action: Action,
  firstMs: number,
): boolean => {
  if (!wasSent(entry) || (entry.sentMs ?? 0) >= LOOKS * firstMs) return false;
  const marks = (entry.unsure ?? []).filter((mark) => !isInward(mark));
  if (record.state === "in")
    return (
      (action.do === "nothing" || action.do === "link") &&
      link !== undefined &&
      item.state === "present" &&
      markedNames(marks).every(
        (name) => record.fields[name] === link.base[name],
      )
    );
  return (
    (record.state === "out" || record.state === "gone") &&
    item.state === "absent" &&
    // A late delete leaves nothing behind.
    marks.length > 0
  );
};

/** @param ageMs how long the write has been away */
export const inFlight = (ageMs: number, firstMs: number): Outcome => ({
  type: "set-aside",
  code: "in-flight",
  message:
    "A write of this record was under way when it was taken back, and may still arrive. The item is looked at again for a quarter of an hour, by itself.",
  retryInMs: Math.min(Math.max(firstMs, ageMs), LOOKS * firstMs - ageMs),
  look: true,
});

/**
 * After a delete only the absence of the item is left for a late create to meet, and that is what it asks for. So where
 * one was never answered and another one took its place a short while ago, the address is looked at as well.
 */
export const afterDelete = (
  { entry, link }: Work,
  now: number,
  firstMs: number,
): readonly Outcome[] => {
  const at = unansweredAt(entry.link?.history);
  if (!link || at === undefined || now - at >= LOOKS * firstMs) return [];
  const fields = marksOf(link.base, Object.keys(link.base));
  return [{ type: "mark-sent", fields }, inFlight(0, firstMs)];
};
