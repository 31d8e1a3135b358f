import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { startIssuer, type Issuer } from "@ams-sync/testing/issuer";
import {
  base64url,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IssuerAway } from "./issuer-away.js";
import { TokenVerifier, type TokenVerifierOptions } from "./token-verifier.js";

const TENANT = "5b0e6c1e-7a52-4b8e-9d5c-0a4f3c2b1d00";
const USERS = [
  { login: "jschäfer", name: "Jürgen Schäfer", tenantId: TENANT, userId: "17" },
  { login: "betrieb", name: "Betrieb", roles: ["hoster"] },
  { login: "niemand", name: "Niemand" },
  { login: "ohne", name: "Ohne Benutzer", tenantId: TENANT },
];

let real: Issuer;
beforeAll(async () => {
  real = await startIssuer({ users: async () => USERS });
});
afterAll(() => real?.stop());

const verifier = (
  issuer: string,
  more: Partial<TokenVerifierOptions> = {},
): TokenVerifier =>
  new TokenVerifier({
    issuer,
    SIGN_IN_AUDIENCE: "urn:ams-sync:api",
    SIGN_IN_TENANT_CLAIM: "tenant_id",
    SIGN_IN_USER_CLAIM: "ams_user_id",
    SIGN_IN_ROLES_CLAIM: "roles",
    keysAgainAfter: 0,
    ...more,
  });

describe("with a real issuer", () => {
  test("a token names the tenant and the user", async () => {
    const token = await real.tokenFor("jschäfer");
    expect(await verifier(real.url).verify(token)).toEqual({
      person: { tenantId: TENANT, userId: "17" },
      hoster: false,
    });
  });

  test("a hoster is one by the role, and nobody's user", async () => {
    const token = await real.tokenFor("betrieb");
    expect(await verifier(real.url).verify(token)).toEqual({ hoster: true });
  });

  test.each(["niemand", "ohne"])(
    "%s is refused: the claims name no user of ams",
    async (login) => {
      const token = await real.tokenFor(login);
      expect(await verifier(real.url).verify(token)).toBeUndefined();
    },
  );

  test("a token is good until it expires, by the clock that is handed in", async () => {
    const token = await real.tokenFor("jschäfer");
    const { exp = 0, iat = 0 } = decodeJwt(token);
    const at = (seconds: number) =>
      verifier(real.url, { now: () => new Date(seconds * 1000) }).verify(token);
    expect(await at(iat)).toBeDefined();
    expect(await at(exp + 4)).toBeDefined();
    expect(await at(exp + 6)).toBeUndefined();
  });

  test("a key that the issuer rotated in is fetched; the old one's tokens end", async () => {
    const issuer = await startIssuer({ users: async () => USERS });
    try {
      const checks = verifier(issuer.url);
      const before = await issuer.tokenFor("jschäfer");
      expect(await checks.verify(before)).toBeDefined();
      await issuer.rotateKeys();
      const after = await issuer.tokenFor("jschäfer");
      expect(await checks.verify(after)).toBeDefined();
      expect(await checks.verify(before)).toBeUndefined();
    } finally {
      await issuer.stop();
    }
  });

  test("an issuer that is away is no bad token, and is asked again", async () => {
    const token = await real.tokenFor("jschäfer");
    const issuer = await startIssuer({ users: async () => USERS });
    const { port } = new URL(issuer.url);
    await issuer.stop();
    const checks = verifier(issuer.url);
    await expect(checks.verify(token)).rejects.toThrow(IssuerAway);
    const back = await startIssuer({
      users: async () => USERS,
      port: Number(port),
    });
    try {
      expect(
        await checks.verify(await back.tokenFor("jschäfer")),
      ).toBeDefined();
    } finally {
      await back.stop();
    }
  });
});

describe("forged tokens", () => {
  /** Publishes a key as an issuer does; tokens are signed by hand, so that each can be wrong in one thing. */
  let server: Server;
  let issuer: string;
  let keyFetches = 0;
  let published: JWK[];
  let key: CryptoKey;
  const now = new Date("2026-11-23T12:00:00Z");
  const seconds = now.getTime() / 1000;

  beforeAll(async () => {
    const pair = await generateKeyPair("RS256", { extractable: true });
    key = pair.privateKey;
    published = [
      { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256" },
    ];
    server = createServer((request, response) => {
      const keys = request.url === "/keys";
      if (keys) keyFetches += 1;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify(
          keys ? { keys: published } : { issuer, jwks_uri: `${issuer}/keys` },
        ),
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const good = (): JWTPayload => ({
    iss: issuer,
    aud: "urn:ams-sync:api",
    sub: "somebody",
    iat: seconds,
    exp: seconds + 300,
    tenant_id: TENANT,
    ams_user_id: "17",
  });
  const signed = (payload: JWTPayload, kid = "one", by = key) =>
    new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid }).sign(by);
  const at = (more: Partial<TokenVerifierOptions> = {}) =>
    verifier(issuer, { now: () => now, ...more });

  test("the good one passes: what is refused below is refused for its one fault", async () => {
    expect(await at().verify(await signed(good()))).toBeDefined();
    expect(
      await at().verify(await signed({ ...good(), ams_user_id: 17 })),
    ).toEqual({ person: { tenantId: TENANT, userId: "17" }, hoster: false });
  });

  test.each<[string, Record<string, unknown>]>([
    ["another issuer", { iss: "https://login.example/" }],
    ["the issuer with a slash more", { iss: "trailing" }],
    ["another audience", { aud: "urn:other" }],
    ["the console's own audience (an ID token)", { aud: "ams-sync-console" }],
    ["no audience", { aud: undefined }],
    ["expired", { exp: seconds - 6 }],
    ["no expiry", { exp: undefined }],
    ["not yet valid", { nbf: seconds + 6 }],
    ["no subject", { sub: undefined }],
    ["no tenant", { tenant_id: undefined }],
    ["a tenant that is none", { tenant_id: "%" }],
    ["two tenants", { tenant_id: [TENANT, TENANT] }],
    ["no user", { ams_user_id: undefined }],
    ["a user that is none", { ams_user_id: "17 or 1=1" }],
    ["user 0", { ams_user_id: 0 }],
    ["a user beyond bigint", { ams_user_id: "9".repeat(19) }],
    [
      "a role alone that is not the hoster's",
      { tenant_id: undefined, roles: ["admin"] },
    ],
  ])("%s", async (_what, fault) => {
    // What is undefined goes.
    const payload = JSON.parse(
      JSON.stringify({ ...good(), ...fault }),
    ) as JWTPayload;
    if (payload.iss === "trailing") payload.iss = `${issuer}/`;
    expect(await at().verify(await signed(payload))).toBeUndefined();
  });

  test("alg none, in all its spellings", async () => {
    expect(
      await at().verify(new UnsecuredJWT(good()).encode()),
    ).toBeUndefined();
    const [, payload = ""] = (await signed(good())).split(".");
    for (const alg of ["none", "None", "NONE", "nOnE"])
      expect(
        await at().verify(
          `${base64url.encode(JSON.stringify({ alg, kid: "one" }))}.${payload}.`,
        ),
      ).toBeUndefined();
  });

  test("HS256 with the published key as its secret", async () => {
    for (const secret of [JSON.stringify(published[0]), published[0]?.n ?? ""])
      expect(
        await at().verify(
          await new SignJWT(good())
            .setProtectedHeader({ alg: "HS256", kid: "one" })
            .sign(new TextEncoder().encode(secret)),
        ),
      ).toBeUndefined();
  });

  test("another key under a known kid, a key in the header, a changed payload", async () => {
    const other = await generateKeyPair("RS256", { extractable: true });
    expect(
      await at().verify(await signed(good(), "one", other.privateKey)),
    ).toBeUndefined();
    const own = await new SignJWT(good())
      .setProtectedHeader({
        alg: "RS256",
        kid: "one",
        jwk: await exportJWK(other.publicKey),
        jku: "https://attacker.example/keys",
      })
      .sign(other.privateKey);
    expect(await at().verify(own)).toBeUndefined();
    const [header, , signature] = (await signed(good())).split(".");
    const changed = base64url.encode(
      JSON.stringify({ ...good(), tenant_id: randomUUID() }),
    );
    expect(
      await at().verify(`${header}.${changed}.${signature}`),
    ).toBeUndefined();
  });

  test.each(["", "x", "a.b", "a.b.c", "..", "eyJ.eyJ.".repeat(3)])(
    "what is no token at all: %j",
    async (text) => {
      expect(await at().verify(text)).toBeUndefined();
    },
  );

  test("invented kids do not make us ask the issuer each time", async () => {
    const checks = at({ keysAgainAfter: 30_000 });
    await checks.verify(await signed(good()));
    const before = keyFetches;
    for (let n = 0; n < 20; n += 1)
      expect(
        await checks.verify(await signed(good(), `invented-${n}`)),
      ).toBeUndefined();
    expect(keyFetches).toBe(before);
  });

  test("another issuer's metadata are not believed", async () => {
    const lying = issuer.replace("127.0.0.1", "localhost");
    await expect(verifier(lying).verify(await signed(good()))).rejects.toThrow(
      IssuerAway,
    );
  });
});
