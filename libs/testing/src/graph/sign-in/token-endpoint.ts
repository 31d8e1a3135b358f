import type { RawAnswer, RawRequest } from "../http/listener.js";
import type { App, Tenant } from "./directory.js";
import type { AccessTokens } from "./tokens.js";

/** A refusal of the sign-in service, in its own form. */
export class SignInRefusal extends Error {
  override readonly name = "SignInRefusal";

  constructor(
    readonly status: number,
    readonly error: string,
    /** The number of the AADSTS code. */
    readonly number: number,
    message: string,
  ) {
    super(message);
  }
}

export interface SignInState {
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly tokens: AccessTokens;
}

export const json = (status: number, body: unknown): RawAnswer => ({
  status,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store, no-cache",
  },
  body: JSON.stringify(body),
});

export const refused = (refusal: SignInRefusal): RawAnswer =>
  json(refusal.status, {
    error: refusal.error,
    error_description: `AADSTS${refusal.number}: ${refusal.message}`,
    error_codes: [refusal.number],
  });

export function tenantOf(state: SignInState, name: string): Tenant {
  const tenant = state.tenants.get(name);
  if (tenant === undefined)
    throw new SignInRefusal(
      400,
      "invalid_request",
      90002,
      `Tenant '${name.slice(0, 100)}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
    );
  return tenant;
}

export function appOf(tenant: Tenant, clientId: string): App {
  const app = tenant.apps.get(clientId);
  if (app === undefined)
    throw new SignInRefusal(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId.slice(0, 100)}' was not found in the directory '${tenant.id}'.`,
    );
  return app;
}

/** `POST /{tenant}/oauth2/v2.0/token` */
export async function token(
  state: SignInState,
  tenantName: string,
  request: RawRequest,
): Promise<RawAnswer> {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const tenant = tenantOf(state, tenantName);
  const app = appOf(tenant, form.get("client_id") ?? "");
  if (form.get("client_secret") !== app.secret || app.secret === undefined)
    throw new SignInRefusal(
      401,
      "invalid_client",
      7000215,
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.",
    );
  const grant = form.get("grant_type") ?? "";
  if (grant !== "client_credentials")
    throw new SignInRefusal(
      400,
      "unsupported_grant_type",
      70003,
      `The app requested an unsupported grant type '${grant.slice(0, 50)}'.`,
    );
  const access = await state.tokens.issue({
    tenant: tenant.id,
    app: app.clientId,
    roles: app.revoked.has("*") ? [] : app.roles,
    scopes: [],
  });
  return json(200, {
    token_type: "Bearer",
    expires_in: state.tokens.lifetime,
    ext_expires_in: state.tokens.lifetime,
    access_token: access,
  });
}
