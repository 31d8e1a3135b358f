import type { Desk } from "./arrivals.js";
import { done, untold } from "./done.js";
import type { Group } from "./groups.js";
import { judge } from "./judge.js";
import { leftOf } from "./left.js";
import type { Item, ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { Entry, Outcome, RemoteEntry } from "./run-state.js";
import { see, workOf } from "./work.js";
import type { Work } from "./work.js";

/** The work that a group comes to; nothing where it is through. */
export const workOfGroup = (
  context: RunContext,
  port: ReadPort,
  group: Group,
  reserved: Set<string>,
  desk: Desk,
): readonly Work[] => {
  const { account, run } = context;
  const { tenantId } = run.account;
  const { entry, entries, user, record, seen, loose } = group;
  const stays = (item: Item, some: readonly Entry[], reason: Reason) => {
    const copyOf = reason === "own-copy" ? entry : undefined;
    for (const one of some)
      desk.finish(
        done(one, leftOf(reason, item, tenantId, [], copyOf), {
          cell: "left",
          effect: false,
        }),
      );
  };
  for (const copy of group.copies)
    stays(copy.item, [copy.entry satisfies RemoteEntry], "own-copy");
  // It came again without its link: the record has another item.
  if (loose && seen?.item && reserved.has(seen.item.id)) {
    stays(seen.item, entries, "own-copy");
    // Where the other one turns out to be missing it comes again.
    reserved.delete(seen.item.id);
    return [];
  }
  const judged = judge(entry, record, user, account.options);
  if (judged.state === "untold") {
    if (loose && group.own && seen?.item)
      stays(seen.item, entries, "own-left-behind");
    else
      for (const one of entries)
        desk.finish({
          ...untold(entry),
          result: {
            entryId: one.entryId,
            position: one.position,
            outcome: unseen(one) ?? untold(entry).result.outcome,
          },
        });
    return [];
  }
  const work = workOf(tenantId, entry, judged, port, {
    inward: true,
    entries,
    ...(group.announced && { announced: true }),
    ...(loose && { loose: true }),
    ...(group.imported && { imported: true }),
  });
  if (seen) see(work, port, seen.item);
  return [work];
};

/**
 * What the other side announced is not looked at as long as nobody knows what became of the record. Remembered without a
 * version, the item is read once the record is there again.
 */
const unseen = (entry: Entry): Outcome | undefined => {
  if (entry.side !== "remote" || !entry.link || entry.link.lost)
    return undefined;
  const { itemVersion: _, ...link } = entry.link;
  return { type: "linked", link };
};

type Reason = Parameters<typeof leftOf>[0];
