import { expect, it } from "vitest";
import { formOf, type AccountForm } from "./form.js";
import { changedLeaves, merged } from "./merge.js";

const base = formOf(undefined, "contacts");
const but = (change: (form: AccountForm) => void): AccountForm => {
  const form = structuredClone(base);
  change(form);
  return form;
};

it("keeps what each changed where the other one changed nothing", () => {
  const stored = but((form) => {
    form.contacts.tags = ["Bestand"];
    form.policy = "remote-wins";
  });
  const mine = but((form) => {
    form.contacts.companies = true;
    form.appointments.on = true;
  });
  expect(merged(base, stored, mine)).toMatchObject({
    policy: "remote-wins",
    contacts: { tags: ["Bestand"], companies: true },
    appointments: { on: true },
  });
});

it("gives the field to who saves now where both changed it, and never loses a typed password", () => {
  const stored = but((form) => (form.contacts.tags = ["A"]));
  const mine = but((form) => {
    form.contacts.tags = ["B", "C"];
    form.password = "neu";
  });
  const both = merged(base, stored, mine);
  expect(both.contacts.tags).toEqual(["B", "C"]);
  expect(both.password).toBe("neu");
});

it("tells which fields are different, and no password", () => {
  const after = but((form) => {
    form.password = "geheim";
    form.appointments.limited = true;
    form.serverUrl = "https://neu.example";
  });
  expect(changedLeaves(base, after)).toEqual([
    { path: "serverUrl", value: "https://neu.example" },
    { path: "appointments.limited", value: true },
  ]);
});
