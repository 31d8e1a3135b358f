/**
 * The form in which both sides are compared: mapped fields only, each a non-empty string; a missing field is empty.
 * The planner sees no more than this.
 */
export type Fields<Name extends string = string> = {
  readonly [name in Name]?: string;
};

export const PRIVATE_CONTACT_FIELDS = [
  "firstName",
  "lastName",
  "street",
  "country",
  "postalCode",
  "city",
  "profession",
  "phonePrivate",
  "phoneBusiness",
  "fax",
  "mobile",
  "email",
  "webPage",
  "gender",
  "birthDate",
] as const;

export const COMMERCIAL_CONTACT_FIELDS = [
  "name",
  "street",
  "country",
  "postalCode",
  "city",
  "profession",
  "phonePrivate",
  "phoneBusiness",
  "fax",
  "mobile",
  "email",
  "webPage",
] as const;

export const APPOINTMENT_FIELDS = [
  "date",
  "reason",
  "remark",
  "from",
  "to",
] as const;

export type PrivateContactField = (typeof PRIVATE_CONTACT_FIELDS)[number];
export type CommercialContactField = (typeof COMMERCIAL_CONTACT_FIELDS)[number];
export type ContactField = PrivateContactField | CommercialContactField;
export type AppointmentField = (typeof APPOINTMENT_FIELDS)[number];

/** R55, R56. `gender` is "female" | "male" | "diverse"; `birthDate` a PlainDate; the rest free text. */
export interface Contact {
  readonly type: "private" | "commercial";
  readonly fields: Fields<ContactField>;
}

/**
 * R22. `date` is a PlainDate, `from` and `to` WallTimes in the tenant's zone. Without `from` it lasts all day;
 * `to` earlier than `from` is on the next day.
 */
export interface Appointment {
  readonly type: "appointment";
  readonly fields: Fields<AppointmentField>;
}

export type Canonical = Contact | Appointment;
