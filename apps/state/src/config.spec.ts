import { ConfigError, readConfig } from "@ams-sync/platform";
import { expect, it } from "vitest";
import { stateConfig } from "./config.js";

const environment = {
  HTTP_PORT: "0",
  GRPC_PORT: "0",
  SERVICE_KEY_FILE: "/keys/state.jwk",
  SERVICE_KEYS_FILE: "/keys/services.jwks",
  DATABASE_URL: "postgresql://state:geheim@sync/sync",
  SCHEDULE_DATABASE_URL: "postgresql://schedule:geheim@sync/sync",
  REDIS_URL: "redis://redis:6379",
};

const MAIL = {
  MAIL_FROM: "ams-sync <sync@hoster.example>",
  CONSOLE_URL: "https://ams.example",
  SETTINGS_ADDRESS: "settings:9090",
} as const;
const mail = (
  ...names: readonly (keyof typeof MAIL)[]
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(MAIL).filter(
      ([name]) => names.length === 0 || names.some((one) => one === name),
    ),
  );

const bad = (changes: Record<string, string>): string[] => {
  try {
    readConfig(stateConfig, { ...environment, ...changes });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toMatch(/geheim/);
    return error.variables.map(({ name }) => name).toSorted();
  }
};

it("takes what the service needs", () => {
  expect(bad({})).toEqual([]);
});

it.each([
  ["DATABASE_URL", "state:geheim@sync"],
  ["SCHEDULE_DATABASE_URL", "http://geheim/sync"],
  ["REDIS_URL", "geheim:6379"],
  ["GRPC_PORT", "geheim"],
  ["LEASE_MS", "0"],
  ["POLL_MAX_MS", "60000"],
  ["RETENTION_DAYS", "0"],
  ["RETENTION_DAYS", "3651"],
  ["RETENTION_DAYS", "geheim"],
])("names %s when it is %s", (name, value) => {
  expect(bad({ [name]: value })).toEqual([name]);
});

it("needs settings where people sign in, and an audience that is not the console", () => {
  const SIGN_IN_ISSUER = "https://sign-in.example";
  const SETTINGS_ADDRESS = "settings:9090";
  expect(bad({ SIGN_IN_ISSUER })).toEqual(["SETTINGS_ADDRESS"]);
  expect(bad({ SIGN_IN_ISSUER, SETTINGS_ADDRESS })).toEqual([]);
  expect(
    bad({ SIGN_IN_ISSUER: "http://sign-in.example", SETTINGS_ADDRESS }),
  ).toEqual(["SIGN_IN_ISSUER"]);
  expect(
    bad({
      SIGN_IN_ISSUER,
      SETTINGS_ADDRESS,
      SIGN_IN_AUDIENCE: "ams-sync-console",
    }),
  ).toEqual(["SIGN_IN_AUDIENCE"]);
});

it.each<[string, Record<string, string>, string[]]>([
  ["what belongs to it", {}, ["CONSOLE_URL", "MAIL_FROM", "SETTINGS_ADDRESS"]],
  [
    "a sender that is one address",
    {
      MAIL_FROM: "a@b.example, c@d.example",
      ...mail("CONSOLE_URL", "SETTINGS_ADDRESS"),
    },
    ["MAIL_FROM"],
  ],
  [
    "a password to a user, and one only",
    { ...mail(), SMTP_USER: "ams-sync" },
    ["SMTP_PASSWORD"],
  ],
  [
    "a user to a password",
    { ...mail(), SMTP_PASSWORD: "geheim" },
    ["SMTP_PASSWORD"],
  ],
  [
    "encryption for a login",
    {
      ...mail(),
      ...{ SMTP_SECURITY: "none", SMTP_USER: "x", SMTP_PASSWORD: "geheim" },
    },
    ["SMTP_USER"],
  ],
  ["nothing else", mail(), []],
])("needs %s where mails are sent", (_what, more, names) => {
  expect(bad({ SMTP_HOST: "mail.example", ...more })).toEqual(names);
});

it("names all that is bad at once", () => {
  expect(
    bad({
      HTTP_PORT: "geheim",
      DATABASE_URL: "geheim",
      SCHEDULE_DATABASE_URL: "geheim",
      REDIS_URL: "geheim",
      QUEUE_DATABASE_URL: "geheim",
      POLL_MAX_MS: "1",
    }),
  ).toEqual([
    "DATABASE_URL",
    "HTTP_PORT",
    "POLL_MAX_MS",
    "QUEUE_DATABASE_URL",
    "REDIS_URL",
    "SCHEDULE_DATABASE_URL",
  ]);
});
