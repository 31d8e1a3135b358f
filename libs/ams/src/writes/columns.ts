import type { AmsRecord, Fields, RecordKind } from "@ams-sync/sync-core";

interface MappedTable {
  readonly name: string;
  readonly id: string;
  /** Column of each transferred field. */
  readonly columns: { readonly [field in string]?: string };
}

const FIRM = {
  name: "name",
  street: "street",
  country: "country",
  postalCode: "postal_code",
  city: "city",
  profession: "profession",
  phonePrivate: "phone_private",
  phoneBusiness: "phone_business",
  fax: "fax",
  mobile: "mobile",
  email: "email",
  webPage: "web_page",
};

const CUSTOMER = {
  firstName: "first_name",
  lastName: "last_name",
  ...FIRM,
  gender: "gender",
  birthDate: "birth_date",
};

const APPOINTMENT = {
  date: "date",
  reason: "reason",
  remark: "remark",
  from: "starts_at_time",
  to: "ends_at_time",
};

export const TABLES: { readonly [kind in RecordKind]: MappedTable } = {
  customer: { name: "ams.customer", id: "customer_id", columns: CUSTOMER },
  company: { name: "ams.company", id: "company_id", columns: FIRM },
  agent: { name: "ams.agent", id: "agent_id", columns: FIRM },
  appointment: {
    name: "ams.appointment",
    id: "appointment_id",
    columns: APPOINTMENT,
  },
};

/** Customers only: columns that are looked at in one type and may hold something else in the other. */
export const TYPE_OF_FIELD: {
  readonly [field in string]?: "private" | "commercial";
} = {
  firstName: "private",
  lastName: "private",
  gender: "private",
  birthDate: "private",
  name: "commercial",
};

/** Fields that the record does not hold as they are in `fields`; null and missing are empty. */
export const differing = (
  { values }: AmsRecord,
  fields: Fields,
  names: readonly string[],
): readonly string[] => {
  const held: { readonly [name in string]?: string | null } = values;
  return names.filter((name) => (held[name] ?? "") !== (fields[name] ?? ""));
};
