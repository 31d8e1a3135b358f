import { queryRefused } from "../http/refusal.js";
import type { Change, Container } from "../mailbox/container.js";
import type { Json } from "../odata/edm.js";
import { shown, viewOf } from "../odata/query.js";
import { stateOf, tokenOf, type DeltaState } from "./delta-tokens.js";
import type { Scope } from "./entity.js";
import type { Kind } from "./kind.js";

export interface DeltaRequest {
  readonly kind: Kind;
  readonly container: Container;
  readonly scope: Scope;
  readonly query: ReadonlyMap<string, string>;
  readonly pageSize: number | undefined;
  /** Absolute address, without a query. */
  readonly at: string;
}

const PAGE = 10;
const PAGE_MAX = 1_000;
const TOKENS = ["$deltatoken", "$skiptoken"];

/** The token that a request brings, or undefined in the first one of a round. */
export function broughtToken(
  query: ReadonlyMap<string, string>,
): string | undefined {
  return query.get("$deltatoken") ?? query.get("$skiptoken");
}

export function checkDeltaOptions(
  { tracked, deltaOptions }: Kind,
  query: ReadonlyMap<string, string>,
  own: readonly string[],
): void {
  const known = [...TOKENS, ...deltaOptions, ...own];
  const strange = [...query.keys()].filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw queryRefused(
      `The following parameters are not supported with change tracking over the '${tracked}' resource: '${strange.join(", ")}'.`,
    );
}

/** Changes of a contact folder since a token; without one, what there is. */
export function contactDelta(request: DeltaRequest): Json {
  const { kind, container, scope, query } = request;
  checkDeltaOptions(kind, query, []);
  const token = broughtToken(query);
  const select = query.get("$select");
  const state: DeltaState =
    token === undefined
      ? {
          at: container.id,
          generation: scope.mailbox.generation,
          since: 0,
          began: container.position,
          ...(select !== undefined && { select }),
        }
      : stateOf(token, scope.mailbox, container.id, request.at);
  const view = viewOf(
    kind.type,
    new Map(state.select === undefined ? [] : [["$select", state.select]]),
  );
  const news = container
    .since(state.since)
    .filter(
      ({ gone, position }) => gone === undefined || position > state.began,
    );
  const size = Math.min(request.pageSize ?? PAGE, PAGE_MAX);
  const page = news.slice(0, size);
  const value = page.map((change) => {
    const item = scope.mailbox.items.get(change.key);
    return item === undefined || change.gone !== undefined
      ? removed(change, scope)
      : shown(kind.json(item, scope), item.extended, view);
  });
  const last = page.at(-1);
  const more = news.length > page.length && last !== undefined;
  const next: DeltaState = {
    ...state,
    since: more ? last.position : container.position,
    began: more ? state.began : 0,
  };
  return deltaPage(request.at, kind.type.name, value, next, more);
}

export const deltaPage = (
  at: string,
  type: string,
  value: readonly Json[],
  next: DeltaState,
  more: boolean,
): Json => ({
  "@odata.context": `${at.replace(/\/v1\.0\/.*$/, "/v1.0")}/$metadata#Collection(${type})`,
  value,
  ...(more
    ? { "@odata.nextLink": `${at}?$skiptoken=${tokenOf(next)}` }
    : { "@odata.deltaLink": `${at}?$deltatoken=${tokenOf(next)}` }),
});

export const removed = ({ ids, gone }: Change, scope: Scope): Json => ({
  id: scope.immutableIds ? ids.immutable : ids.movable,
  "@removed": { reason: gone ?? "deleted" },
});
