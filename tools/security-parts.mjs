/**
 * What has to hold before many brokerages may be on one system, and the specs that prove it. A name is part of the path of
 * a spec, as vitest takes it.
 */
export const PARTS = {
  "rights: every endpoint, by every combination of rights, another tenant's token and none":
    [
      "apps/settings/src/rest/rights.medium.spec.ts",
      "apps/settings/src/get-rights.medium.spec.ts",
      "apps/state/src/rest/rights.medium.spec.ts",
      "libs/platform/src/sign-in/token-verifier.medium.spec.ts",
      "libs/platform/src/sign-in/sign-in-config.spec.ts",
      "libs/platform/src/grpc/service-keys.spec.ts",
    ],
  credentials: [
    "apps/settings/src/rest/logins.medium.spec.ts",
    "apps/settings/src/settings.medium.spec.ts",
    "libs/platform/src/encryption/envelope.spec.ts",
    "libs/platform/src/logging/logger.spec.ts",
    "libs/platform/src/telemetry/without-messages.medium.spec.ts",
    "tools/hosting/src/keys/keys.medium.spec.ts",
    "tools/security/src/spellings.spec.ts",
    "tools/security/src/secrets.e2e.spec.ts",
  ],
  "addresses that users type": [
    "libs/platform/src/egress/",
    "apps/cloud-connector/src/egress.medium.spec.ts",
    "apps/cloud-connector/src/first-address.medium.spec.ts",
    "apps/cloud-connector/src/dav/origins.spec.ts",
    "apps/cloud-connector/src/dav/own-hosts.spec.ts",
    "apps/cloud-connector/src/try-login.spec.ts",
  ],
  "row-level security": [
    "tools/security/src/tenants.medium.spec.ts",
    "libs/ams/src/migrations/row-security.medium.spec.ts",
    "libs/platform/src/tenancy/with-tenant.medium.spec.ts",
    "apps/state/src/migrations/row-security.medium.spec.ts",
  ],
  "limits of XML, vCard, iCalendar and JSON": [
    "apps/cloud-connector/src/hostile.medium.spec.ts",
    "apps/cloud-connector/src/stalls.medium.spec.ts",
    "apps/cloud-connector/src/dav/long-list.spec.ts",
    "apps/cloud-connector/src/dav/multistatus-parts.spec.ts",
    "apps/cloud-connector/src/dav/xml.spec.ts",
    "apps/settings/src/rest/bad-input.medium.spec.ts",
  ],
  "tries of a login": ["apps/settings/src/logins/tries.medium.spec.ts"],
  "headers and CSP": [
    "apps/console/server/policy.spec.ts",
    "apps/console/server/server.medium.spec.ts",
    "libs/platform/src/service/service.medium.spec.ts",
  ],
};

/**
 * Cases of each part: its tests that ran, and what tests that go through a table have told of it.
 * @param told lines of `tried` in libs/testing
 */
export function casesOf(testResults, told, pathOf) {
  const counted = new Map(Object.keys(PARTS).map((part) => [part, 0]));
  const add = (part, cases) => counted.set(part, counted.get(part) + cases);
  for (const { name, assertionResults } of testResults) {
    const path = pathOf(name).replaceAll("\\", "/");
    const ran = assertionResults.filter(
      ({ status }) => status === "passed" || status === "failed",
    ).length;
    for (const [part, files] of Object.entries(PARTS))
      if (files.some((file) => path.startsWith(file))) add(part, ran);
  }
  for (const line of told.split("\n").filter((text) => text !== "")) {
    const { part, cases } = JSON.parse(line);
    const [known] = [...counted.keys()].filter((name) => name.startsWith(part));
    if (known === undefined)
      throw new Error(`No part of security-parts.mjs is called "${part}".`);
    add(known, cases);
  }
  return [...counted].map(([part, cases]) => ({ part, cases }));
}
