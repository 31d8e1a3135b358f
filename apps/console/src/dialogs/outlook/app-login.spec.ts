import { expect, it } from "vitest";
import { formOf, formRules } from "../form.js";
import {
  appLoginOf,
  isWhole,
  NO_LOGIN,
  passwordOf,
  type AppLogin,
} from "./app-login.js";

const app: AppLogin = {
  tenant: "makler.example",
  clientId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
  proof: "secret",
  value: 'gehe"im',
};

it("what was typed stands in the password as the connector reads it, and comes back", () => {
  expect(JSON.parse(passwordOf(app))).toEqual({
    tenant: "makler.example",
    clientId: app.clientId,
    secret: 'gehe"im',
  });
  for (const one of [app, { ...app, proof: "certificate" as const }])
    expect(appLoginOf(passwordOf(one))).toEqual(one);
});

it("nothing typed is no password, so that the stored one stays", () => {
  expect(passwordOf(NO_LOGIN)).toBe("");
  expect(passwordOf({ ...NO_LOGIN, proof: "certificate" })).toBe("");
  expect(appLoginOf("")).toEqual(NO_LOGIN);
});

it("half a login is refused before anybody is asked", () => {
  for (const name of ["tenant", "clientId", "value"] as const) {
    const half = { ...app, [name]: " " };
    expect(isWhole(half)).toBe(false);
    const form = formOf(undefined, "contacts", "outlook");
    form.username = "anna@makler.example";
    form.contacts.everything = true;
    const wrong = (password: string) =>
      formRules(undefined, "outlook")
        .safeParse({ ...form, password })
        .error?.issues.map(
          ({ path, message }) => `${String(path[0])} ${message}`,
        );
    expect(wrong(passwordOf(half))).toEqual(["password appWhole"]);
    expect(wrong(passwordOf(app))).toBeUndefined();
  }
});
