import type { RecordKind } from "@ams-sync/contracts";
import type { Meaning } from "./captured-tables.js";
import type { Row } from "./pgoutput.js";

/** What one changed row asks for. Ids are decimal strings, tenants UUIDs. */
export type Effect =
  | {
      readonly on: "record";
      readonly tenantId: string;
      readonly kind: RecordKind;
      readonly recordId: string;
      readonly deleted: boolean;
    }
  /** Asked for on behalf of another row: counts only if the customer still exists when it is looked up. */
  | {
      readonly on: "customer";
      readonly tenantId: string;
      readonly customerId: string;
    }
  | {
      readonly on: "tag";
      readonly tenantId: string;
      readonly tagId: string;
    }
  /** An empty user means every user of the tenant. */
  | {
      readonly on: "accounts";
      readonly tenantId: string;
      readonly userId: string;
    };

/** A row of which the key's columns are known to be there. */
export type Key = Row;

/** One row of the WAL, of which only the key counts. `before` is missing where the key stayed what it is. */
export type RowChange =
  | { readonly op: "insert"; readonly after: Key }
  | { readonly op: "update"; readonly before?: Key; readonly after: Key }
  | { readonly op: "delete"; readonly before: Key };

/** An update that moved the key is the end of the old record and a change of the new one. */
export function effectsOf(meaning: Meaning, row: RowChange): Effect[] {
  const effects: Effect[] = [];
  if ("before" in row) effects.push(effectOf(meaning, row.before, true));
  if ("after" in row) {
    // A new tag has no customers yet; those that get it announce themselves.
    if (meaning.is === "tag" && row.op === "insert") return effects;
    effects.push(effectOf(meaning, row.after, false));
  }
  return effects;
}

function effectOf(meaning: Meaning, key: Key, gone: boolean): Effect {
  const tenantId = column(key, "tenant_id");
  switch (meaning.is) {
    case "record":
      return {
        on: "record",
        tenantId,
        kind: meaning.kind,
        recordId: column(key, meaning.id),
        deleted: gone,
      };
    case "part-of-customer":
      return { on: "customer", tenantId, customerId: column(key, meaning.id) };
    case "tag":
      return { on: "tag", tenantId, tagId: column(key, meaning.id) };
    case "about-user":
      return { on: "accounts", tenantId, userId: column(key, meaning.id) };
    case "about-tenant":
      return { on: "accounts", tenantId, userId: "" };
  }
}

function column(key: Key, name: string): string {
  const value = key[name];
  if (typeof value !== "string") throw new Error(`The key lacks ${name}.`);
  return value;
}
