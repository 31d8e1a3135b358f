import type { Case, ItemState } from "./plan-case.js";
import type { Action, CellName, LinkView } from "./plan-types.js";

export function nothing(cell: CellName) {
  return (): Action => ({ do: "nothing", cell });
}

export function unlink(cell: CellName) {
  return (): Action => ({ do: "unlink", cell });
}

export function setAside(cell: CellName) {
  return (input: Case<LinkView | undefined, "broken", ItemState>): Action => ({
    do: "set-aside",
    cell,
    problem: input.record.problem,
  });
}

export function obstructed({
  item,
}: Case<LinkView | undefined, "in", "obstructed">): Action {
  return { do: "obstructed", cell: "obstructed", obstacle: item.obstacle };
}
