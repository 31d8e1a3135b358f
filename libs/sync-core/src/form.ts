import {
  APPOINTMENT_FIELDS,
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
} from "./canonical.js";
import type { Canonical } from "./canonical.js";
import { canonicalAppointment } from "./appointment.js";
import { canonicalContact } from "./contact.js";
import type { Instant } from "./dates.js";
import type { SyncOptions } from "./options.js";
import type { Problem } from "./problem.js";

/** Every field is checked, whatever the account sends. */
const ALL: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
};

const NOBODY = { id: "0", lastChanged: 0 as Instant };

/** Why ams could not hold a form that comes from outside; undefined where it can, as it is. */
export function formProblem(form: Canonical): Problem | undefined {
  const checked =
    form.type === "appointment"
      ? canonicalAppointment({
          ...NOBODY,
          kind: "appointment",
          ownerId: "0",
          values: form.fields,
        })
      : canonicalContact(
          {
            ...NOBODY,
            kind: form.type === "private" ? "customer" : "company",
            type: form.type,
            values: form.fields,
            tags: [],
          },
          ALL,
        );
  return checked.ok ? undefined : { ...checked.problem, where: "item" };
}

/** The fields that a record of this type has in ams; of the others it can hold none. */
export const fieldsOfType = (type: Canonical["type"]): readonly string[] =>
  ({
    private: PRIVATE_CONTACT_FIELDS,
    commercial: COMMERCIAL_CONTACT_FIELDS,
    appointment: APPOINTMENT_FIELDS,
  })[type];
