import { NotSimulated, queryRefused } from "../http/refusal.js";
import type { Json, StructuredType } from "./edm.js";
import { extendedId } from "./extended-ids.js";
import { MULTI, SINGLE, type Extended } from "./extended-properties.js";
import { filterOf, type Test } from "./filter.js";

/** What an answer shows of an entity. */
export interface View {
  /** Absent: all of its own properties. */
  readonly select: ReadonlySet<string> | undefined;
  /** By collection, which extended properties. */
  readonly expand: ReadonlyMap<string, (id: string) => boolean>;
}

/** Commas within parentheses belong to an inner option. */
function parts(list: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let current = "";
  for (const sign of list) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (sign === "," && depth === 0) {
      found.push(current);
      current = "";
    } else current += sign;
  }
  return [...found, current].map((one) => one.trim());
}

export function viewOf(
  type: StructuredType,
  query: ReadonlyMap<string, string>,
): View {
  const select = query.get("$select");
  const expand = query.get("$expand");
  return {
    select: select === undefined ? undefined : selected(type, select),
    expand: new Map(
      expand === undefined ? [] : parts(expand).map((one) => expanded(one)),
    ),
  };
}

function selected(type: StructuredType, list: string): ReadonlySet<string> {
  const names = parts(list);
  for (const name of names)
    if (type.properties[name] === undefined)
      throw queryRefused(
        `Could not find a property named '${name}' on type '${type.name}'.`,
      );
  return new Set([...names, "id"]);
}

function expanded(one: string): [string, (id: string) => boolean] {
  const [, name = "", options] = /^(\w+)(?:\((.*)\))?$/s.exec(one) ?? [];
  if (name !== SINGLE && name !== MULTI)
    throw name === "extensions"
      ? new NotSimulated("open extensions")
      : queryRefused(
          `Could not find a property named '${one.slice(0, 100)}' to expand.`,
        );
  const [, filter] = /^\s*\$filter\s*=(.*)$/s.exec(options ?? "") ?? [];
  if (filter === undefined)
    throw queryRefused(
      `'${name}' is expanded with a filter on id only: ${name}($filter=id eq '…').`,
    );
  const test = filterOf(filter, {
    allow: (path) => {
      if (path !== "id") throw queryRefused("Only 'id' may be filtered by.");
    },
    literalOf: (_path, value) => extendedId(String(value)).key,
  });
  return [name, (key) => test({ id: key })];
}

/** Annotations stay; properties that were not asked for go. */
export function shown(entity: Json, extended: Extended, view: View): Json {
  const { select, expand } = view;
  const own =
    select === undefined
      ? entity
      : Object.fromEntries(
          Object.entries(entity).filter(
            ([name]) => name.includes("@") || select.has(name),
          ),
        );
  const more: Record<string, unknown> = {};
  for (const [name, wanted] of expand) {
    const found = [...extended].flatMap(([key, { id, value }]) =>
      wanted(key) && Array.isArray(value) === (name === MULTI)
        ? [{ id, value }]
        : [],
    );
    // As Graph does: a collection without a hit is left out.
    if (found.length > 0) more[name] = found;
  }
  return { ...own, ...more };
}

const forFilters = new WeakMap<Json, { extended: Extended; json: Json }>();

/** For $filter only: extended properties under their keys. Made once for an item that has not changed. */
export function forFilter(entity: Json, extended: Extended): Json {
  const before = forFilters.get(entity);
  if (before?.extended === extended) return before.json;
  const single = [...extended].flatMap(([key, { value }]) =>
    Array.isArray(value) ? [] : [{ id: key, value }],
  );
  const json = { ...entity, [SINGLE]: single };
  forFilters.set(entity, { extended, json });
  return json;
}

export function entityFilter(
  type: StructuredType,
  filter: string,
  forbidden: readonly string[] = [],
): Test {
  return filterOf(filter, {
    allow: (path) => {
      const [name = "", ...rest] = path.split("/");
      if (name === MULTI)
        throw queryRefused(
          "Multi-value extended properties cannot be filtered by.",
        );
      const any = rest.at(-1)?.toLowerCase() === "any";
      if (name === SINGLE && (any || ["id", "value"].includes(rest[0] ?? "")))
        return;
      if (type.properties[name] === undefined || forbidden.includes(name))
        throw queryRefused(`Invalid filter clause: '${path}'.`);
    },
    literalOf: (path, value) =>
      path === `${SINGLE}/id` ? extendedId(String(value)).key : value,
  });
}
