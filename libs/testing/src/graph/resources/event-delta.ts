import { queryRefused } from "../http/refusal.js";
import type { Change } from "../mailbox/container.js";
import type { Item } from "../mailbox/mailbox.js";
import type { Json } from "../odata/edm.js";
import {
  broughtToken,
  checkDeltaOptions,
  deltaPage,
  removed,
  type DeltaRequest,
} from "./delta.js";
import { stateOf, type DeltaState } from "./delta-tokens.js";
import { idOf, type Scope } from "./entity.js";
import { timesJson } from "./event-times.js";
import {
  isInside,
  isSeries,
  occurrenceId,
  touching,
  WINDOW_OPTIONS,
  windowOf,
  type Window,
} from "./event-view.js";
import { eventJson } from "./events.js";

const PAGE = 10;
const PAGE_MAX = 1_000;

/** Occurrences come with hardly more than their times; the rest is their master's, which comes too. */
const rowsOf = (item: Item, window: Window, scope: Scope): Json[] => {
  const own = {
    "@odata.type": "#microsoft.graph.event",
    ...eventJson(item, scope),
  };
  if (!isSeries(item)) return [own];
  const master = idOf(item, scope.immutableIds);
  return [
    own,
    ...touching(item, window).map(({ date, times }) => {
      const { start, end } = timesJson(times, scope.timeZone);
      return {
        "@odata.type": "#microsoft.graph.event",
        id: occurrenceId(master, date),
        seriesMasterId: master,
        type: "occurrence",
        ...{ start, end },
      };
    }),
  ];
};

/**
 * Changes within a window that the token holds. What lies outside is told as removed, even if the window never held it:
 * `@removed` is a hint (facts/graph.md). The first page of a first round is empty, as it was seen to be.
 */
export function eventDelta(request: DeltaRequest): Json {
  const { kind, container, scope, query, at } = request;
  const token = broughtToken(query);
  checkDeltaOptions(kind, query, WINDOW_OPTIONS);
  if (token !== undefined && WINDOW_OPTIONS.some((name) => query.has(name)))
    throw queryRefused(
      "The time window is part of the token and cannot be given again.",
    );
  if (token === undefined) {
    const first: DeltaState = {
      at: container.id,
      generation: scope.mailbox.generation,
      since: 0,
      began: container.position,
      window: windowOf(query),
    };
    return deltaPage(at, kind.type.name, [], first, true);
  }
  const state = stateOf(token, scope.mailbox, container.id, at);
  const window = state.window ?? [0, 0];
  const size = Math.min(request.pageSize ?? PAGE, PAGE_MAX);
  const value: Json[] = [];
  let last: Change | undefined;
  let more = false;
  for (const change of container.since(state.since)) {
    if (value.length >= size) {
      more = true;
      break;
    }
    last = change;
    const item = scope.mailbox.items.get(change.key);
    const here =
      item !== undefined && change.gone === undefined && isInside(item, window);
    if (here) value.push(...rowsOf(item, window, scope));
    else if (change.position > state.began)
      value.push(removed({ gone: "deleted", ...change }, scope));
  }
  const next: DeltaState = {
    ...state,
    since: more ? (last?.position ?? state.since) : container.position,
    began: more ? state.began : 0,
  };
  return deltaPage(at, kind.type.name, value, next, more);
}
