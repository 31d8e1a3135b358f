import type { Fields } from "./canonical.js";
import type { Conflict } from "./conflict.js";
import type { Case, ItemState } from "./plan-case.js";
import type { Action, CellName, LinkView } from "./plan-types.js";

type There = "unread" | "present";

/** A lost scope takes back only what was put there. */
export function leave(input: Case<LinkView, "out", There>): Action {
  if (input.link.elsewhere) return { do: "unlink", cell: "elsewhere-unlink" };
  return input.link.origin === "created"
    ? remove(input, "left-scope-delete")
    : { do: "unlink", cell: "left-scope-unlink" };
}

/**
 * What was there before and was only matched outlives its record. Else ams decides alone on what is no more (R50–R52),
 * under either policy; what somebody had changed there meanwhile is kept in the journal.
 */
export function bury(input: Case<LinkView, "gone", There>): Action {
  if (input.link.elsewhere) return { do: "unlink", cell: "elsewhere-unlink" };
  return input.link.origin === "adopted"
    ? { do: "unlink", cell: "tombstone-unlink" }
    : remove(input, "tombstone-delete", "tombstone-delete-changed");
}

function remove(
  input: Case<LinkView, "out" | "gone", There>,
  cell: CellName,
  changedCell = cell,
): Action {
  const { item, link, sent } = input;
  // A write that nobody remembers may have moved the version, or be under way still.
  if (item.state === "unread")
    return sent || link.itemVersion === undefined
      ? { do: "read", cell: "look" }
      : { do: "delete", cell };
  const conflicts = editedThere({ ...input, item });
  return conflicts.length === 0
    ? { do: "delete", cell }
    : { do: "delete", cell: changedCell, conflicts };
}

/** What was emptied there is no loss. */
const editedThere = ({
  item,
  link,
  fieldNames,
  unsure,
}: Case<
  LinkView | undefined,
  "out" | "gone",
  "present"
>): readonly Conflict[] =>
  fieldNames.flatMap((field) => {
    const remote = item.fields[field];
    const base: Fields = link?.base ?? {};
    return remote === undefined ||
      remote === base[field] ||
      unsure?.includes(field)
      ? []
      : [{ field, winner: "ams" as const, remote }];
  });

type NotThere<I extends ItemState> = Case<undefined, "out" | "gone", I>;

export function lookIfSent(input: NotThere<"unread">): Action {
  return input.sent ? { do: "read", cell: "sent-look" } : leaveAlone(input);
}

/** What was made and forgotten: no later run would find it, and the user would keep it for ever. */
export function takeBack(input: NotThere<"present">): Action {
  const { item, record, sent } = input;
  const out = record.state === "out";
  if (item.own && sent) {
    const cell = out ? "sent-left-scope" : "sent-tombstone";
    const conflicts = editedThere(input);
    return {
      do: "delete",
      cell,
      ...(conflicts.length > 0 && { conflicts }),
    };
  }
  if (item.own)
    return { do: "leave", cell: "own-left-behind", reason: "own-left-behind" };
  // Remembered with its keys, it is found once the record is sent; else the record would be made beside it.
  return out && input.announced === true && input.inward === true
    ? {
        do: "leave",
        cell: "matched-out-of-scope",
        reason: "matched-out-of-scope",
      }
    : leaveAlone(input);
}

export function leaveAlone({ record }: NotThere<ItemState>): Action {
  return record.state === "out"
    ? { do: "nothing", cell: "out-of-scope", reason: record.reason }
    : { do: "nothing", cell: "gone" };
}
