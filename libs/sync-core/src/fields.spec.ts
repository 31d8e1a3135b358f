import { describe, expect, it } from "vitest";
import {
  APPOINTMENT_FIELDS,
  COMMERCIAL_CONTACT_FIELDS,
  PRIVATE_CONTACT_FIELDS,
} from "./canonical.js";
import { CONTACT_FIELDS, sentFields } from "./fields.js";
import type { SyncOptions } from "./options.js";

const options = (birthday: boolean): SyncOptions => ({
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday,
  },
});

describe("field lists", () => {
  it("have the 15, 12 and 5 fields of R55, R56 and R22", () => {
    expect(PRIVATE_CONTACT_FIELDS).toHaveLength(15);
    expect(COMMERCIAL_CONTACT_FIELDS).toHaveLength(12);
    expect(APPOINTMENT_FIELDS).toHaveLength(5);
    expect(CONTACT_FIELDS).toHaveLength(16);
  });
});

describe("sentFields", () => {
  it("leaves out the birth date unless customers and R30 want it", () => {
    expect(sentFields("customer", options(true))).toContain("birthDate");
    expect(sentFields("customer", options(false))).not.toContain("birthDate");
    expect(sentFields("company", options(true))).not.toContain("birthDate");
    expect(sentFields("appointment", options(true))).toEqual(
      APPOINTMENT_FIELDS,
    );
  });
});
