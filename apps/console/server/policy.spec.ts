import { expect, it } from "vitest";
import { pagePolicy } from "./policy.js";

it("lets own files run, and the page talk to its origin and the issuer", () => {
  const policy = pagePolicy(
    {
      SIGN_IN_ISSUER: "https://id.example/realms/makler",
      SIGN_IN_ORIGINS: ["https://token.example"],
    },
    "abc",
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self' 'nonce-abc';");
  expect(policy).toContain(
    "connect-src 'self' https://id.example https://token.example;",
  );
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|data:/);
});
