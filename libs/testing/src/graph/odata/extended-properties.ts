import { badRequest, bodyRefused } from "../http/refusal.js";
import { isObject, type Json } from "./edm.js";
import { checkExtendedValue, extendedId } from "./extended-ids.js";

export const SINGLE = "singleValueExtendedProperties";
export const MULTI = "multiValueExtendedProperties";

export interface ExtendedValue {
  readonly id: string;
  readonly value: string | readonly string[];
}

/** By the property's key: one spelling or another leads to the same. */
export type Extended = ReadonlyMap<string, ExtendedValue>;

/** What a body sets, laid over what is there: what it does not name stays. */
export function extendedFrom(body: Json, before: Extended): Extended {
  const after = new Map(before);
  for (const name of [SINGLE, MULTI]) {
    const list = body[name];
    if (list === undefined) continue;
    if (!Array.isArray(list))
      throw bodyRefused(
        `The property '${name}' is a collection; a 'StartArray' node was expected.`,
      );
    for (const one of list) {
      const { key, value } = extendedValue(name, one);
      after.set(key, value);
    }
  }
  return after;
}

function extendedValue(name: string, one: unknown) {
  if (!isObject(one) || typeof one["id"] !== "string")
    throw bodyRefused(`Each entry of '${name}' needs an id.`);
  const strange = Object.keys(one).find(
    (key) => !key.includes("@") && key !== "id" && key !== "value",
  );
  if (strange !== undefined)
    throw bodyRefused(`The property '${strange}' does not exist in '${name}'.`);
  const id = extendedId(one["id"]);
  if (id.many !== (name === MULTI))
    throw badRequest(`'${one["id"]}' does not belong into '${name}'.`);
  const { value } = one;
  if (!id.many)
    return {
      key: id.key,
      value: { id: id.text, value: checkExtendedValue(id, value) },
    };
  if (!Array.isArray(value))
    throw bodyRefused(`The value of '${one["id"]}' is a collection.`);
  return {
    key: id.key,
    value: {
      id: id.text,
      value: value.map((each) => checkExtendedValue(id, each)),
    },
  };
}
