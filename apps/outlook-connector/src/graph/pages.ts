import type { Stored } from "../item/codec.js";
import { type Answer, memberOf } from "./answer.js";

/** The entities of a page. */
export function valuesIn({ body }: Answer): readonly Stored[] {
  const list = memberOf(body, "value");
  return Array.isArray(list)
    ? (list as readonly unknown[]).filter(isEntity)
    : [];
}

export const isEntity = (value: unknown): value is Stored =>
  typeof memberOf(value, "id") === "string";
