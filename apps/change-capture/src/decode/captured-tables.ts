import { RecordKind } from "@ams-sync/contracts";

/** What a changed row of a table says; `id` is the key column after tenant_id that carries it. */
export type Meaning =
  /** The row is a record: its change or its end goes into the feed. */
  | {
      readonly is: "record";
      readonly kind: RecordKind;
      readonly id: string;
    }
  /** The row belongs to a customer, who is looked at again; its end is not the customer's. */
  | { readonly is: "part-of-customer"; readonly id: string }
  /** The row is a tag: every customer that carries it is looked at again. */
  | { readonly is: "tag"; readonly id: string }
  /** The row decides what a user may see. */
  | { readonly is: "about-user"; readonly id: string }
  /** The row holds the tenant's options and time zone. */
  | { readonly is: "about-tenant" };

export interface CapturedTable {
  readonly name: string;
  /** The primary key. It begins with tenant_id, as a delete carries nothing else. */
  readonly key: readonly string[];
  readonly meaning: Meaning;
}

export const SCHEMA = "ams";
export const PUBLICATION = "ams_sync";

const record = (name: string, kind: RecordKind): CapturedTable => ({
  name,
  key: ["tenant_id", `${name}_id`],
  meaning: { is: "record", kind, id: `${name}_id` },
});

const aboutUser = (name: string, ...rest: string[]): CapturedTable => ({
  name,
  key: ["tenant_id", "user_id", ...rest],
  meaning: { is: "about-user", id: "user_id" },
});

/** Every table that the publication must carry. */
export const capturedTables: readonly CapturedTable[] = [
  record("customer", RecordKind.CUSTOMER),
  record("company", RecordKind.COMPANY),
  record("agent", RecordKind.AGENT),
  record("appointment", RecordKind.APPOINTMENT),
  {
    name: "customer_tag",
    key: ["tenant_id", "customer_id", "tag_id"],
    meaning: { is: "part-of-customer", id: "customer_id" },
  },
  {
    name: "tag",
    key: ["tenant_id", "tag_id"],
    meaning: { is: "tag", id: "tag_id" },
  },
  aboutUser("user_account"),
  aboutUser("user_right", "right_code"),
  aboutUser("agent_release", "agent_id"),
  { name: "tenant", key: ["tenant_id"], meaning: { is: "about-tenant" } },
];

/** Those whose rows a snapshot reads. */
export const recordTables = capturedTables.flatMap(({ name, meaning }) =>
  meaning.is === "record" ? [{ name, kind: meaning.kind, id: meaning.id }] : [],
);
