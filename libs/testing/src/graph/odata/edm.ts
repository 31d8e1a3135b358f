import { bodyRefused, Refusal } from "../http/refusal.js";

/** The part of the entity data model that a body is judged by. */
export type Edm =
  | { readonly kind: "String" | "Boolean" | "Int32" | "DateTimeOffset" }
  | { readonly kind: "Enum"; readonly members: readonly string[] }
  | { readonly kind: "Collection"; readonly of: Edm }
  | { readonly kind: "Complex"; readonly type: StructuredType };

export interface Property {
  readonly edm: Edm;
  readonly readOnly?: true;
  /** Graph sets it at creation only. */
  readonly fixed?: true;
}

export interface StructuredType {
  readonly name: string;
  readonly properties: Readonly<Record<string, Property>>;
}

export const text: Property = { edm: { kind: "String" } };
export const flag: Property = { edm: { kind: "Boolean" } };
export const whole: Property = { edm: { kind: "Int32" } };
export const moment: Property = { edm: { kind: "DateTimeOffset" } };
export const oneOf = (...members: string[]): Property => ({
  edm: { kind: "Enum", members },
});
export const complex = (type: StructuredType): Property => ({
  edm: { kind: "Complex", type },
});
export const many = ({ edm }: Property): Property => ({
  edm: { kind: "Collection", of: edm },
});
export const readOnly = (property: Property): Property => ({
  ...property,
  readOnly: true,
});
export const fixed = (property: Property): Property => ({
  ...property,
  fixed: true,
});

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const DATE_TIME =
  /^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/;

/** A primitive of the wrong type: Graph's words for it. */
const unfit = (name: string, edm: string): Refusal =>
  bodyRefused(
    `Cannot convert the value of property '${name}' to the expected type 'Edm.${edm}'.`,
  );

function checkValue(name: string, edm: Edm, value: unknown): void {
  if (edm.kind === "Collection") {
    if (!Array.isArray(value))
      throw bodyRefused(
        `The property '${name}' is a collection; a 'StartArray' node was expected.`,
      );
    for (const one of value) checkValue(name, edm.of, one);
    return;
  }
  if (value === null) return;
  switch (edm.kind) {
    case "String":
      if (typeof value !== "string") throw unfit(name, "String");
      return;
    case "Boolean":
      if (typeof value !== "boolean") throw unfit(name, "Boolean");
      return;
    case "Int32":
      if (!Number.isInteger(value) || Math.abs(value as number) > 2 ** 31)
        throw unfit(name, "Int32");
      return;
    case "DateTimeOffset":
      if (
        typeof value !== "string" ||
        !DATE_TIME.test(value) ||
        Number.isNaN(Date.parse(value))
      )
        throw unfit(name, "DateTimeOffset");
      return;
    case "Enum":
      if (typeof value !== "string" || !edm.members.includes(value))
        throw bodyRefused(
          `Requested value '${String(value)}' of property '${name}' was not found.`,
        );
      return;
    case "Complex":
      if (!isObject(value))
        throw bodyRefused(
          `A 'StartObject' node was expected for the property '${name}'.`,
        );
      checkBody(edm.type, value);
  }
}

/**
 * Throws what Graph would refuse. Annotations ("@odata.type") may be sent; what no type names may not.
 * @param handled names that the caller judges by itself: navigation properties
 */
export function checkBody(
  type: StructuredType,
  body: Json,
  handled: readonly string[] = [],
): void {
  for (const [name, value] of Object.entries(body)) {
    if (name.includes("@") || handled.includes(name)) continue;
    const property = type.properties[name];
    if (property === undefined)
      throw bodyRefused(
        `The property '${name}' does not exist on type '${type.name}'. Make sure to only use property names that are defined by the type.`,
      );
    if (property.readOnly)
      throw new Refusal(
        400,
        "ErrorInvalidPropertySet",
        `Set action is invalid for property '${name}'.`,
      );
    checkValue(name, property.edm, value);
  }
}

/** Without annotations. */
export const plain = (body: Json): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).filter(([name]) => !name.includes("@")),
  );
