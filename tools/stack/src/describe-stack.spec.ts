import { expect, test } from "vitest";
import { describeStack } from "./describe-stack.js";

const stack = {
  services: [],
  issuer: undefined,
  consoleUrl: undefined,
  amsAdminUrl: "postgres://o:geheim@127.0.0.1:1/ams",
  adminUrl: "postgres://o:geheim@127.0.0.1:1/ams_sync",
  folders: { data: "/d", logs: "/d/logs", secrets: "/d/secrets" },
};

test("says that nothing is connected, and how that is done", () => {
  expect(describeStack(stack, {})).toMatch(
    /a new stack has none\.[^]*\/d\/secrets\/console\.jwk: see "Connect a user"/,
  );
});

test("shows the embedded databases' URLs, and never those that were given", () => {
  expect(describeStack(stack, {})).toContain(`psql '${stack.amsAdminUrl}'`);
  const given = describeStack(stack, {
    amsDatabaseUrl: stack.amsAdminUrl,
    databaseUrl: stack.adminUrl,
  });
  expect(given).not.toContain("geheim");
  expect(given).toContain('psql "$AMS_DATABASE_URL"');
});
