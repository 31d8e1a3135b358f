import { expect, test } from "vitest";
import { readConfig } from "../config/read-config.js";
import { requireOwnAudience, signInConfig } from "./sign-in-config.js";

const read = (env: Record<string, string>) =>
  readConfig(requireOwnAudience(signInConfig), env);

test("an issuer is https, or on this machine", () => {
  expect(
    read({ SIGN_IN_ISSUER: "https://login.example/realms/ams" }),
  ).toMatchObject({
    SIGN_IN_AUDIENCE: "urn:ams-sync:api",
    SIGN_IN_TENANT_CLAIM: "tenant_id",
  });
  expect(() => read({ SIGN_IN_ISSUER: "http://127.0.0.1:4000" })).not.toThrow();
  expect(() => read({ SIGN_IN_ISSUER: "http://login.example/" })).toThrow(
    /SIGN_IN_ISSUER.*https/,
  );
  expect(() => read({ SIGN_IN_ISSUER: "login.example" })).toThrow(
    /SIGN_IN_ISSUER/,
  );
});

test("ID tokens must not pass for access tokens", () => {
  expect(() => read({ SIGN_IN_AUDIENCE: "ams-sync-console" })).toThrow(
    /SIGN_IN_AUDIENCE.*must differ/,
  );
});
