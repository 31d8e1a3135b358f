import { createHash, createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startGraph, type App, type Graph } from "../index.js";
import { selfSigned, type SelfSigned } from "../tls/certificate.js";

const BACK = "http://127.0.0.1:1/back";
const DEFAULT = "https://graph.microsoft.com/.default";

let graph: Graph;
let agent: Agent;
let now = Date.parse("2026-03-01T10:00:00Z");
let certified: App;
let certificate: SelfSigned;

beforeAll(async () => {
  const clock = { epoch: () => now, sleep: async () => undefined };
  graph = await startGraph({ strict: false, clock });
  agent = new Agent({ connect: { ca: graph.ca } });
  certificate = await selfSigned("app", "rsa");
  certified = graph.tenant.register({ certificate: certificate.certificate });
  graph.app.redirectUris = [BACK];
  graph.mailbox("anna@makler.example");
});
afterAll(async () => {
  await agent.close();
  await graph.stop();
});

async function token(form: Record<string, string>, tenant = graph.tenant.id) {
  const response = await fetch(
    `${graph.authority}/${tenant}/oauth2/v2.0/token`,
    { method: "POST", body: new URLSearchParams(form), dispatcher: agent },
  );
  return (await response.json()) as Record<string, string | undefined>;
}

const number = (answer: Record<string, string | undefined>): string =>
  /AADSTS\d+/.exec(answer["error_description"] ?? "")?.[0] ?? "granted";

const own = () => ({
  client_id: graph.app.clientId,
  client_secret: graph.app.secret ?? "",
});

const asApp = () => ({
  ...own(),
  grant_type: "client_credentials",
  scope: DEFAULT,
});

const read = async (accessToken: string | undefined, at: string) =>
  (
    await fetch(graph.url + at, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
  ).status;

describe("an app by itself", () => {
  it("gets a token for its secret, good until it expires", async () => {
    const { access_token } = await token(asApp());
    const at = "/users/anna@makler.example/contacts";
    expect(await read(access_token, at)).toBe(200);
    expect(await read(access_token, "/me/contacts")).toBe(400);
    now += 3_601_000;
    expect(await read(access_token, at)).toBe(401);
  });

  it.each([
    ["a wrong secret", { client_secret: "x" }, "AADSTS7000215"],
    ["another app", { client_id: "x" }, "AADSTS700016"],
    ["a scope by name", { scope: "Contacts.ReadWrite" }, "AADSTS1002012"],
    ["another resource", { scope: "https://x/.default" }, "AADSTS500011"],
    ["another grant", { grant_type: "password" }, "AADSTS70003"],
  ])("is refused with %s", async (_what, other, expected) => {
    expect(number(await token({ ...asApp(), ...other }))).toBe(expected);
  });

  it("is refused in another tenant", async () => {
    expect(number(await token(asApp(), "makler.example"))).toBe("AADSTS90002");
    const other = graph.addTenant();
    expect(number(await token(asApp(), other.id))).toBe("AADSTS700016");
  });

  it("gets a token that Graph refuses when the administrator has withdrawn the consent", async () => {
    graph.app.revoked.add("*");
    const { access_token } = await token(asApp());
    graph.app.revoked.clear();
    const at = "/users/anna@makler.example/contacts";
    expect(await read(access_token, at)).toBe(403);
  });
});

describe("the service itself", () => {
  const get = (at: string) =>
    fetch(graph.authority + at, { dispatcher: agent });

  it("tells where what is, and that it is a cloud of its own", async () => {
    const found = (await (await get("/common/discovery/instance")).json()) as {
      metadata: { aliases: string[] }[];
    };
    expect(found.metadata[0]?.aliases).toEqual([new URL(graph.authority).host]);
    const at = `/${graph.tenant.id}/v2.0/.well-known/openid-configuration`;
    expect(await (await get(at)).json()).toMatchObject({
      issuer: `${graph.authority}/${graph.tenant.id}/v2.0`,
      token_endpoint: `${graph.authority}/${graph.tenant.id}/oauth2/v2.0/token`,
    });
    expect((await get("/x/v2.0/.well-known/openid-configuration")).status).toBe(
      400,
    );
  });

  it("can be unavailable", async () => {
    graph.signIn.unavailable = true;
    const { status } = await get("/common/discovery/instance");
    graph.signIn.unavailable = false;
    expect(status).toBe(503);
  });
});

describe("a certificate's assertion", () => {
  const assertion = async (
    claims: { aud?: string; sub?: string; exp?: number },
    key = certificate.key,
  ) => {
    const seconds = Math.floor(now / 1_000);
    const jwt = await new SignJWT({ jti: "1" })
      .setProtectedHeader({ alg: "PS256" })
      .setIssuer(certified.clientId)
      .setSubject(claims.sub ?? certified.clientId)
      .setAudience(
        claims.aud ?? `${graph.authority}/${graph.tenant.id}/oauth2/v2.0/token`,
      )
      .setExpirationTime(claims.exp ?? seconds + 600)
      .sign(createPrivateKey(key));
    return token({
      client_id: certified.clientId,
      grant_type: "client_credentials",
      scope: DEFAULT,
      client_assertion_type:
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: jwt,
    });
  };

  it("is as good as a secret", async () => {
    expect(number(await assertion({}))).toBe("granted");
  });

  it("is refused for another audience, another subject, after its time, under another key", async () => {
    expect(number(await assertion({ aud: "x" }))).toBe("AADSTS700023");
    expect(number(await assertion({ sub: "x" }))).toBe("AADSTS700023");
    expect(number(await assertion({ exp: now / 1_000 - 301 }))).toBe(
      "AADSTS700024",
    );
    const other = await selfSigned("other", "rsa");
    expect(number(await assertion({}, other.key))).toBe("AADSTS700027");
  });
});

describe("a user's sign-in", () => {
  const verifier = "v".repeat(50);

  const page = (other: Record<string, string> = {}) =>
    `${graph.authority}/${graph.tenant.id}/oauth2/v2.0/authorize?${new URLSearchParams(
      {
        client_id: graph.app.clientId,
        response_type: "code",
        redirect_uri: BACK,
        scope: "https://graph.microsoft.com/Contacts.ReadWrite offline_access",
        state: "s",
        code_challenge: createHash("sha256")
          .update(verifier)
          .digest("base64url"),
        code_challenge_method: "S256",
        ...other,
      },
    )}`;

  const allow = async () => {
    const back = new URL(
      await graph.signIn.allow(page(), "anna@makler.example"),
    );
    expect(back.searchParams.get("state")).toBe("s");
    return {
      ...own(),
      grant_type: "authorization_code",
      code: back.searchParams.get("code") ?? "",
      redirect_uri: BACK,
      code_verifier: verifier,
    };
  };

  const refresh = (refreshToken: string | undefined) =>
    token({
      ...own(),
      grant_type: "refresh_token",
      refresh_token: refreshToken ?? "",
    });

  it("gives a code once, and tokens for this user's mailbox only", async () => {
    const form = await allow();
    const got = await token(form);
    expect(await read(got["access_token"], "/me/contacts")).toBe(200);
    expect(await read(got["access_token"], "/me/contactFolders")).toBe(200);
    graph.mailbox("bert@makler.example");
    const other = "/users/bert@makler.example/contacts";
    expect(await read(got["access_token"], other)).toBe(403);
    expect(number(await token(form))).toBe("AADSTS54005");
    const again = await refresh(got["refresh_token"]);
    expect(await read(again["access_token"], "/me/contacts")).toBe(200);
  });

  it.each([
    ["the wrong verifier", { code_verifier: "x" }, "AADSTS501481"],
    ["another redirect", { redirect_uri: "http://x/" }, "AADSTS500112"],
    ["a made-up code", { code: "x" }, "AADSTS70000"],
    ["no secret", { client_secret: "" }, "AADSTS7000215"],
  ])("refuses %s", async (_what, other, expected) => {
    expect(number(await token({ ...(await allow()), ...other }))).toBe(
      expected,
    );
  });

  it("refuses a code that is too old", async () => {
    const form = await allow();
    now += 600_000;
    expect(number(await token(form))).toBe("AADSTS70008");
  });

  it("ends when the consent is withdrawn, until it is given again", async () => {
    const { refresh_token } = await token(await allow());
    graph.app.revoked.add("anna@makler.example");
    expect(number(await refresh(refresh_token))).toBe("AADSTS65001");
    const again = await token(await allow());
    expect(number(await refresh(again["refresh_token"]))).toBe("granted");
  });

  it("ends with the user's sessions", async () => {
    const { refresh_token } = await token(await allow());
    graph.signIn.endSessions("anna@makler.example");
    expect(number(await refresh(refresh_token))).toBe("AADSTS50173");
  });

  it("can be declined, and only leads to a known address", async () => {
    const back = new URL(await graph.signIn.decline(page()));
    expect(back.searchParams.get("error")).toBe("access_denied");
    await expect(
      graph.signIn.decline(page({ redirect_uri: "http://evil/" })),
    ).rejects.toThrow("AADSTS50011");
    await expect(
      graph.signIn.decline(page({ scope: "Mail.Read" })),
    ).resolves.toContain("access_denied");
    await expect(
      graph.signIn.allow(page({ scope: "Mail.Read" }), "anna@makler.example"),
    ).rejects.toThrow("AADSTS70011");
  });
});
