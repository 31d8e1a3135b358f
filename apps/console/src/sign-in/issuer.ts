import * as oauth from "oauth4webapi";
import type { paths } from "../generated/settings.js";
import type { Tokens } from "./session.js";

type SignIn =
  paths["/api/v1/settings/sign-in"]["get"]["responses"][200]["content"]["application/json"];

/** What the page must still know when the issuer sends it back. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

export interface Issuer {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly scope: string;
  /** oauth4webapi takes http only when told to: the demo's issuer on this machine has nothing else. */
  readonly how: { readonly [oauth.allowInsecureRequests]: boolean };
}

/** Where people are sent back to; the issuer knows it by this address. */
export const redirectUri = (): string =>
  new URL("/signed-in", location.href).href;

export async function findIssuer(): Promise<Issuer> {
  const answer = await fetch("/api/v1/settings/sign-in");
  if (!answer.ok) throw new Error(`settings answered ${answer.status}`);
  const { issuer, clientId, scope } = (await answer.json()) as SignIn;
  const url = new URL(issuer);
  const how = { [oauth.allowInsecureRequests]: url.protocol === "http:" };
  const found = await oauth.discoveryRequest(url, how);
  const server = await oauth.processDiscoveryResponse(url, found);
  return { server, client: { client_id: clientId }, scope, how };
}

/** Authorization code with PKCE (RFC 7636): where to send the browser. */
export async function begin(
  { server, client, scope }: Issuer,
  returnTo: string,
): Promise<{ begun: Begun; url: URL }> {
  const begun = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
  };
  const url = new URL(server.authorization_endpoint ?? server.issuer);
  for (const [name, value] of Object.entries({
    client_id: client.client_id,
    redirect_uri: redirectUri(),
    response_type: "code",
    scope,
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: "S256",
  }))
    url.searchParams.set(name, value);
  return { begun, url };
}

/** @throws what the issuer refuses, or what is not its answer to what was begun */
export async function finish(
  { server, client, how }: Issuer,
  begun: Begun,
  query: URLSearchParams,
): Promise<Tokens> {
  const checked = oauth.validateAuthResponse(
    server,
    client,
    query,
    begun.state,
  );
  const answer = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    checked,
    redirectUri(),
    begun.verifier,
    how,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    answer,
    { expectedNonce: begun.nonce, requireIdToken: true },
  );
  return tokensOf(tokens);
}

/** @throws what the issuer refuses (RFC 6749, section 6) */
export async function refresh(
  { server, client, how }: Issuer,
  before: Tokens,
  refreshToken: string,
): Promise<Tokens> {
  const answer = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    refreshToken,
    how,
  );
  const tokens = tokensOf(
    await oauth.processRefreshTokenResponse(server, client, answer),
  );
  return {
    ...tokens,
    idToken: tokens.idToken ?? before.idToken,
    // An issuer that sends none lets the same one be used again.
    refreshToken: tokens.refreshToken ?? refreshToken,
  };
}

const tokensOf = (told: oauth.TokenEndpointResponse): Tokens => ({
  accessToken: told.access_token,
  idToken: told.id_token,
  refreshToken: told.refresh_token,
  expiresAt:
    told.expires_in === undefined
      ? undefined
      : Date.now() + told.expires_in * 1_000,
});

/** Undefined where the issuer has no way out (OpenID Connect RP-Initiated Logout). */
export function wayOut(
  { server, client }: Issuer,
  idToken: string | undefined,
): URL | undefined {
  if (server.end_session_endpoint === undefined) return undefined;
  const url = new URL(server.end_session_endpoint);
  url.searchParams.set("client_id", client.client_id);
  url.searchParams.set("post_logout_redirect_uri", redirectUri());
  if (idToken !== undefined) url.searchParams.set("id_token_hint", idToken);
  return url;
}
