import type { DavRequest, Quirk } from "./exchange.js";

/** A method's name or a question about the request. */
export type Match = string | ((request: DavRequest) => boolean);

/** Whether a quirk shows on this request. Counts, so each belongs to one quirk. */
export type Pick = (request: DavRequest) => boolean;

const matcher = (match: Match): ((request: DavRequest) => boolean) =>
  typeof match === "string" ? ({ method }) => method === match : match;

export const every = (match: Match): Pick => matcher(match);

/** The n-th that matches, from 1 on. */
export const nth = (n: number, match: Match): Pick => {
  const matches = matcher(match);
  let seen = 0;
  return (request) => matches(request) && (seen += 1) === n;
};

/** Each n-th that matches. */
export const everyNth = (n: number, match: Match): Pick => {
  const matches = matcher(match);
  let seen = 0;
  return (request) => matches(request) && (seen += 1) % n === 0;
};

/** The first so many that match, after so many that are let through. */
export const first = (count: number, match: Match, after = 0): Pick => {
  const matches = matcher(match);
  let seen = 0;
  return (request) => {
    if (!matches(request)) return false;
    seen += 1;
    return seen > after && seen <= after + count;
  };
};

/** A quirk that shows on some requests only. */
export const on = (pick: Pick, quirk: Quirk): Quirk => ({
  ...quirk,
  behave: (request, next, scene) =>
    pick(request) ? quirk.behave(request, next, scene) : next(request),
});

export const isCreate = ({ method, headers }: DavRequest): boolean =>
  method === "PUT" && headers["if-none-match"] !== undefined;

export const isUpdate = ({ method, headers }: DavRequest): boolean =>
  method === "PUT" && headers["if-none-match"] === undefined;

/** A REPORT of this kind, by the local name of its root element. */
export const isReport =
  (name: string) =>
  ({ method, body }: DavRequest): boolean =>
    method === "REPORT" &&
    new RegExp(`^\\s*(<[?!][^>]*>\\s*)*<([\\w.-]+:)?${name}[\\s/>]`).test(
      body.toString("utf8"),
    );
