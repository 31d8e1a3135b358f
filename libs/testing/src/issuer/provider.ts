import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { Provider, type JWK } from "oidc-provider";
import { memory } from "./memory.js";
import {
  ISSUER_AUDIENCE as AUDIENCE,
  ISSUER_CLIENT_ID as CLIENT_ID,
} from "./names.js";
import type { IssuerUser } from "./user.js";

export interface ProviderOptions {
  readonly url: string;
  readonly users: () => Promise<readonly IssuerUser[]>;
  readonly redirectUris: readonly string[];
  readonly tokenLifetime: number;
  readonly key: JWK;
  readonly cookieKey: string;
}

let keys = 0;

/** A signing key under a kid of its own. */
export async function newKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)("ec", {
    namedCurve: "P-256",
  });
  keys += 1;
  return {
    ...privateKey.export({ format: "jwk" }),
    kid: `demo-${process.pid}-${keys}`,
    alg: "ES256",
    use: "sig",
  } as JWK;
}

/** Everything lives in memory: a restart signs everybody out. */
export function providerOf(options: ProviderOptions): Provider {
  const { url, users, tokenLifetime } = options;
  const origins = new Set(
    options.redirectUris.map((uri) => new URL(uri).origin),
  );
  const find = async (login: string) =>
    (await users()).find((user) => user.login === login);
  return new Provider(url, {
    adapter: memory(),
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        redirect_uris: [...options.redirectUris],
        post_logout_redirect_uris: [...options.redirectUris],
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        id_token_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys: [options.key] },
    cookies: { keys: [options.cookieKey] },
    scopes: ["openid", "profile"],
    claims: { openid: ["sub"], profile: ["name"] },
    pkce: { required: () => true },
    // As most issuers do without being asked for offline_access: good until its session ends.
    issueRefreshToken: async (_context, client) =>
      client.grantTypeAllowed("refresh_token"),
    clientBasedCORS: (_context, origin) => origins.has(origin),
    findAccount: async (_context, login) => {
      const user = await find(login);
      return (
        user && {
          accountId: login,
          claims: () => ({ sub: login, name: user.name }),
        }
      );
    },
    extraTokenClaims: async (_context, token) => {
      const login = "accountId" in token ? token.accountId : undefined;
      const user = login === undefined ? undefined : await find(login);
      return (
        user && {
          tenant_id: user.tenantId,
          ams_user_id: user.userId,
          roles: user.roles,
        }
      );
    },
    // The console is the hoster's own: nobody is asked whether it may.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session } = oidc;
      if (!client || session?.accountId === undefined) return undefined;
      const grant = new oidc.provider.Grant({
        clientId: client.clientId,
        accountId: session.accountId,
      });
      grant.addOIDCScope("openid profile");
      grant.addResourceScope(AUDIENCE, "ams");
      await grant.save();
      return grant;
    },
    interactions: { url: (_context, { uid }) => `/login/${uid}` },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => AUDIENCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "ams",
          audience: AUDIENCE,
          accessTokenFormat: "jwt",
          accessTokenTTL: tokenLifetime,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    ttl: {
      AccessToken: tokenLifetime,
      Grant: 86_400,
      IdToken: 3_600,
      Interaction: 3_600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  });
}
