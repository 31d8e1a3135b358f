import { expect, it } from "vitest";
import { readConsoleConfig } from "./config.js";

const GOOD = {
  HTTP_PORT: "8080",
  SETTINGS_URL: "http://settings:8080",
  STATE_URL: "http://state:8080",
  SIGN_IN_ISSUER: "https://id.example/realms/makler",
};

it("takes a whole environment", () => {
  expect(
    readConsoleConfig({
      ...GOOD,
      SIGN_IN_ORIGINS: "https://a.example, https://b.example:8443",
    }),
  ).toMatchObject({
    HTTP_PORT: 8080,
    SIGN_IN_ORIGINS: ["https://a.example", "https://b.example:8443"],
  });
});

it("names all that is wrong at once, and no value", () => {
  const read = () =>
    readConsoleConfig({
      HTTP_PORT: "8080",
      SETTINGS_URL: "http://geheim/path",
      STATE_URL: "state:8080",
      SIGN_IN_ORIGINS: "https://a.example/geheim; script-src *",
    });
  expect(read).toThrow(
    /SETTINGS_URL.*STATE_URL.*SIGN_IN_ISSUER.*SIGN_IN_ORIGINS/,
  );
  expect(read).not.toThrow(/geheim|script/);
});
