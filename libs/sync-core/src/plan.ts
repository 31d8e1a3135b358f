import { arrive, leaveObstructed, lookAround } from "./rules-arrival.js";
import {
  adopt,
  compareBase,
  compareItem,
  create,
  lost,
} from "./rules-exchange.js";
import { nothing, obstructed, setAside, unlink } from "./rules-plain.js";
import {
  bury,
  leave,
  leaveAlone,
  lookIfSent,
  takeBack,
} from "./rules-take-back.js";
import type { Rules } from "./plan-case.js";
import type { Action, LinkView, PlanInput } from "./plan-types.js";

/**
 * The whole of what a run may do, one row for each state of the record, one column for each state of the item. A
 * delete stands only in the rows `out` and `gone`: absence of anything never deletes. Without a link it takes a create
 * that was sent and an item that carries the record's own id: only that create can have made it.
 */
const UNLINKED: Rules<undefined> = {
  //         nobody looked           there is an item        it is no record          there is none
  in: {
    unread: create("new"),
    present: adopt,
    obstructed,
    absent: create("new"),
  },
  broken: {
    unread: setAside("broken"),
    present: setAside("broken"),
    obstructed: setAside("broken"),
    absent: setAside("broken"),
  },
  out: {
    unread: lookIfSent,
    present: takeBack,
    obstructed: leaveAlone,
    absent: leaveAlone,
  },
  gone: {
    unread: lookIfSent,
    present: takeBack,
    obstructed: leaveAlone,
    absent: leaveAlone,
  },
  none: {
    unread: lookAround,
    present: arrive,
    obstructed: leaveObstructed,
    absent: nothing("foreign-gone"),
  },
};

const LINKED: Rules<LinkView> = {
  in: {
    unread: compareBase,
    present: compareItem,
    obstructed,
    absent: lost,
  },
  broken: {
    unread: setAside("broken-linked"),
    present: setAside("broken-linked"),
    obstructed: setAside("broken-linked"),
    absent: setAside("broken-linked"),
  },
  // What its user has made a series of, or what nobody can read, is not ours to delete any more.
  out: {
    unread: leave,
    present: leave,
    obstructed: unlink("obstructed-unlink"),
    absent: unlink("both-gone"),
  },
  gone: {
    unread: bury,
    present: bury,
    obstructed: unlink("obstructed-unlink"),
    absent: unlink("both-gone"),
  },
  none: {
    unread: nothing("record-unread"),
    present: nothing("record-unread"),
    obstructed: nothing("record-unread"),
    absent: nothing("record-unread"),
  },
};

/** Pure and total: the same input gives the same action, every input gives one. */
export function plan(input: PlanInput): Action {
  const rules = input.link === undefined ? UNLINKED : LINKED;
  const rule = rules[input.record.state][input.item.state];
  // The table's type ties each rule to its cell; the look-up is by the very states that the rule asks for.
  return (rule as (input: PlanInput) => Action)(input);
}
