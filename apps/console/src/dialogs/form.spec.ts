import { describe, expect, it } from "vitest";
import type { Account } from "../api/types.js";
import { bodyOf, formOf, formRules, type AccountForm } from "./form.js";

const stored: Account = {
  accountId: "6d0f4a1e-0000-4000-8000-000000000001",
  userId: "17",
  system: "cloud",
  version: 3,
  serverUrl: "https://cloud.example/",
  username: "anna",
  hasPassword: true,
  policy: "remote-wins",
  leaving: null,
  formerPlaceOf: null,
  contacts: {
    ...{ customers: true, companies: true, agents: false, birthday: false },
    ...{ agentId: "4", tags: ["Bestand"], editedSince: "2024-01-31" },
    container: "/anna/privat/",
  },
  appointments: { maxAgeDays: 30, editedSince: null, container: null },
};

const errorsOf = (form: AccountForm, account?: Account): string[] =>
  formRules(account)
    .safeParse(form)
    .error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`) ??
  [];

const filled = (change: (form: AccountForm) => void): AccountForm => {
  const form = formOf(undefined, "contacts");
  form.serverUrl = "https://cloud.example";
  form.username = "anna";
  form.password = "geheim";
  form.contacts.everything = true;
  change(form);
  return form;
};

describe("a dialog's fields", () => {
  it("hold an account as it is, and send it back unchanged without a password", () => {
    const { serverUrl, username, policy, contacts, appointments } = stored;
    expect(bodyOf(formOf(stored), stored)).toEqual({
      ...{ serverUrl, username, policy, contacts, appointments },
    });
  });

  it("of Outlook hold whose appointments go out beside one's own; other systems have no such option", () => {
    const outlook: Account = {
      ...{ ...stored, system: "outlook" },
      appointments: {
        ...{ maxAgeDays: 30, editedSince: null, container: null },
        owners: ["17", "8"],
      },
    };
    const form = formOf(outlook);
    expect(form.appointments.owners).toEqual(["8"]);
    form.appointments.owners = ["8", "9"];
    expect(bodyOf(form, outlook).appointments?.owners).toEqual(["8", "9"]);
    expect(bodyOf(form, stored).appointments).not.toHaveProperty("owners");
  });

  it("begin with the kind that they were opened for", () => {
    expect(formOf(undefined, "contacts").contacts.on).toBe(true);
    expect(formOf(undefined, "contacts").appointments.on).toBe(false);
    expect(
      formOf({ ...stored, appointments: null }, "appointments").appointments.on,
    ).toBe(true);
  });

  it("switch a kind off as null", () => {
    const form = formOf(stored);
    form.contacts.on = false;
    expect(bodyOf(form, stored).contacts).toBeNull();
  });
});

describe("what can be told without asking anybody", () => {
  it("lets a whole form through", () => {
    expect(errorsOf(filled(() => undefined))).toEqual([]);
    expect(errorsOf(formOf(stored), stored)).toEqual([]);
  });

  it.each<[string, (form: AccountForm) => void, string]>([
    ["an address", (f) => (f.serverUrl = " "), "serverUrl required"],
    ["a name", (f) => (f.username = ""), "username required"],
    ["a password", (f) => (f.password = ""), "password required"],
    [
      "some kind of contact",
      (f) => (f.contacts.customers = false),
      "contacts.customers someKind",
    ],
    [
      "a word on sending everything",
      (f) => (f.contacts.everything = false),
      "contacts.everything confirmTags",
    ],
    ["a stream", (f) => (f.contacts.on = false), "contacts.on someStream"],
    [
      "a day of the calendar",
      (f) => (f.contacts.editedSince = "31.2.2024"),
      "contacts.editedSince day",
    ],
    [
      "whole days",
      (f) => {
        f.appointments = { ...f.appointments, on: true, limited: true };
        f.appointments.maxAgeDays = "";
      },
      "appointments.maxAgeDays days",
    ],
  ])("misses %s", (_what, change, error) => {
    expect(errorsOf(filled(change))).toEqual([error]);
  });

  it("wants the password again for another address, as a stored one goes nowhere else", () => {
    const form = formOf(stored);
    form.serverUrl = "https://evil.example/";
    expect(errorsOf(form, stored)).toEqual(["password passwordAgain"]);
  });
});
