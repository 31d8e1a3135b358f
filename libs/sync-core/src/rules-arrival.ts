import type { Case } from "./plan-case.js";
import type { Action } from "./plan-types.js";

/** Without a way in, an item that no link knows is nobody's business. */
export function lookAround(input: Case<undefined, "none", "unread">): Action {
  return input.inward === true
    ? { do: "read", cell: "foreign" }
    : { do: "nothing", cell: "foreign" };
}

export function arrive(input: Case<undefined, "none", "present">): Action {
  const { arrival, inward } = input;
  if (inward !== true || arrival === undefined)
    return { do: "nothing", cell: "foreign" };
  if (arrival.verdict === "import")
    return { do: "import", cell: "import", record: arrival.record };
  const { reason, candidates, problem } = arrival;
  return {
    do: "leave",
    cell: "left",
    reason,
    ...(candidates !== undefined && { candidates }),
    ...(problem !== undefined && { problem }),
  };
}

export function leaveObstructed(
  input: Case<undefined, "none", "obstructed">,
): Action {
  return input.inward === true
    ? { do: "leave", cell: "left", reason: input.item.obstacle }
    : { do: "nothing", cell: "foreign" };
}
