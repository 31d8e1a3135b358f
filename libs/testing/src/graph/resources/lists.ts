import { queryRefused } from "../http/refusal.js";
import type { Json, StructuredType } from "../odata/edm.js";
import type { Extended } from "../odata/extended-properties.js";
import { entityFilter, forFilter, shown, viewOf } from "../odata/query.js";

export interface Row {
  readonly entity: Json;
  readonly extended: Extended;
}

export interface ListRequest {
  readonly type: StructuredType;
  readonly query: ReadonlyMap<string, string>;
  readonly notFiltered?: readonly string[];
  readonly pageSize: number | undefined;
  /** Absolute address of the list, without a query. */
  readonly at: string;
  /** Query options beside OData's that this list takes: the window of a calendar view. */
  readonly own?: readonly string[];
}

const OPTIONS = [
  ...["$select", "$expand", "$filter", "$orderby", "$top", "$skip"],
  "$count",
];
const PAGE = 10;
const PAGE_MAX = 1_000;

const NONE: Extended = new Map();

/** Graph refuses options it does not know, where OData's own begin with "$". */
export function onlyOptions(
  query: ReadonlyMap<string, string>,
  known: readonly string[],
): void {
  const strange = [...query.keys()].find((name) => !known.includes(name));
  if (strange !== undefined)
    throw queryRefused(
      `The query parameter '${strange}' is not supported for this request.`,
    );
}

const numberOption = (
  query: ReadonlyMap<string, string>,
  name: string,
  most: number,
): number | undefined => {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > most)
    throw queryRefused(
      `The value '${text.slice(0, 50)}' of '${name}' must be a whole number up to ${most}.`,
    );
  return Number(text);
};

const ordered = (rows: readonly Row[], type: StructuredType, by: string) => {
  const keys = by.split(",").map((one) => {
    const [path = "", way = "asc"] = one.trim().split(/\s+/);
    const [name = ""] = path.split("/");
    if (type.properties[name] === undefined || !/^(asc|desc)$/i.test(way))
      throw queryRefused(`Invalid $orderby: '${one.slice(0, 100)}'.`);
    return { names: path.split("/"), sign: /desc/i.test(way) ? -1 : 1 };
  });
  const read = (row: Row, names: readonly string[]): string =>
    String(
      names.reduce<unknown>(
        (value, name) => (value as Json)?.[name],
        row.entity,
      ) ?? "",
    ).toLowerCase();
  return rows.toSorted((a, b) => {
    for (const { names, sign } of keys) {
      const [x, y] = [read(a, names), read(b, names)];
      if (x !== y) return x < y ? -sign : sign;
    }
    return 0;
  });
};

export function listed(all: readonly Row[], request: ListRequest): Json {
  const { type, query, at, own = [] } = request;
  onlyOptions(query, [...OPTIONS, ...own]);
  const view = viewOf(type, query);
  const filter = query.get("$filter");
  const test =
    filter === undefined
      ? undefined
      : entityFilter(type, filter, request.notFiltered);
  const hits = all.filter(
    ({ entity, extended }) => test?.(forFilter(entity, extended)) ?? true,
  );
  const orderby = query.get("$orderby");
  const rows = orderby === undefined ? hits : ordered(hits, type, orderby);
  const top = numberOption(query, "$top", PAGE_MAX);
  const size = top ?? Math.min(request.pageSize ?? PAGE, PAGE_MAX);
  const skip = numberOption(query, "$skip", 2 ** 31) ?? 0;
  const page = rows.slice(skip, skip + size);
  const more = skip + size < rows.length && size > 0;
  return {
    "@odata.context": `${at.replace(/\/v1\.0\/.*$/, "/v1.0")}/$metadata#${type.name}`,
    ...(query.get("$count") === "true" && { "@odata.count": rows.length }),
    value: page.map((row) => shown(row.entity, row.extended, view)),
    ...(more && { "@odata.nextLink": linkTo(at, query, skip + size) }),
  };
}

export const rowOf = (entity: Json, extended: Extended = NONE): Row => ({
  entity,
  extended,
});

function linkTo(
  at: string,
  query: ReadonlyMap<string, string>,
  skip: number,
): string {
  const next = new URLSearchParams([...query]);
  next.set("$skip", `${skip}`);
  return `${at}?${next.toString().replaceAll("%24", "$")}`;
}
