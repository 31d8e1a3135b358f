import type { GraphClock } from "../clock.js";
import type { RawAnswer, RawRequest } from "../http/listener.js";
import { invalidRequest, json, refused, SignInRefusal } from "./answers.js";
import { authorize, scopesOf } from "./authorize.js";
import { checkClient } from "./client.js";
import type { App, Tenant } from "./directory.js";
import { Grants, type Grant } from "./grants.js";
import { IdTokens } from "./id-tokens.js";
import { instanceDiscovery, openIdConfiguration } from "./metadata.js";
import type { AccessTokens } from "./tokens.js";

export interface SignInOptions {
  readonly clock: GraphClock;
  readonly tenants: ReadonlyMap<string, Tenant>;
  readonly tokens: AccessTokens;
  /** Whose tokens may be asked for: Microsoft's name for Graph, and the simulator's own address. */
  readonly resources: readonly string[];
}

/** The sign-in service ("Entra ID"), as far as an app and its users need it. */
export class SignIn {
  readonly grants: Grants;
  readonly #idTokens: IdTokens;

  constructor(readonly options: SignInOptions) {
    this.grants = new Grants(options.clock);
    this.#idTokens = new IdTokens(options.clock);
  }

  /** @param authority where the request came in: "https://127.0.0.1:…" */
  async handle(request: RawRequest, authority: string): Promise<RawAnswer> {
    try {
      return await this.#answer(request, authority);
    } catch (error) {
      if (error instanceof SignInRefusal) return refused(error);
      throw error;
    }
  }

  async #answer(request: RawRequest, authority: string): Promise<RawAnswer> {
    const { pathname, searchParams } = new URL(request.url, authority);
    const [, name = "", rest = ""] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (rest === "discovery/instance")
      return json(200, instanceDiscovery(authority, "common"));
    const tenant = this.#tenant(name);
    const form = new URLSearchParams(request.body.toString("utf8"));
    switch (`${request.method} ${rest}`) {
      case "GET v2.0/.well-known/openid-configuration":
        return json(200, openIdConfiguration(authority, tenant.id));
      case "GET discovery/v2.0/keys":
        return json(200, await this.#idTokens.keys());
      case "GET oauth2/v2.0/authorize":
      case "POST oauth2/v2.0/authorize": {
        const app = appOf(tenant, searchParams.get("client_id") ?? "");
        return authorize(tenant, app, this.grants, request);
      }
      case "POST oauth2/v2.0/token":
        return this.#token(tenant, form, authority);
      default:
        return { status: 404, headers: {}, body: "" };
    }
  }

  #tenant(name: string): Tenant {
    const tenant = this.options.tenants.get(name.toLowerCase());
    if (tenant === undefined)
      throw invalidRequest(
        90002,
        `Tenant '${name.slice(0, 100)}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
      );
    return tenant;
  }

  async #token(
    tenant: Tenant,
    form: URLSearchParams,
    authority: string,
  ): Promise<RawAnswer> {
    const app = appOf(tenant, form.get("client_id") ?? "");
    const audience = openIdConfiguration(authority, tenant.id).token_endpoint;
    await checkClient(app, form, audience, this.options.clock);
    const grantType = form.get("grant_type") ?? "";
    switch (grantType) {
      case "client_credentials":
        return this.#forApp(tenant, app, form.get("scope") ?? "");
      case "authorization_code": {
        const { nonce, ...grant } = this.grants.redeem(form, app);
        return this.#forUser(grant, authority, nonce, form);
      }
      case "refresh_token": {
        const token = form.get("refresh_token") ?? "";
        const grant = this.grants.refresh(token, app);
        return this.#forUser(grant, authority, undefined, form);
      }
      default:
        throw new SignInRefusal(
          400,
          "unsupported_grant_type",
          70003,
          `The app requested an unsupported grant type '${grantType.slice(0, 50)}'.`,
        );
    }
  }

  async #forApp(tenant: Tenant, app: App, scope: string): Promise<RawAnswer> {
    const resources = this.options.resources.map((one) => `${one}/.default`);
    if (!resources.includes(scope))
      throw new SignInRefusal(
        400,
        "invalid_scope",
        scope.endsWith("/.default") ? 500011 : 1002012,
        `The provided value for scope '${scope.slice(0, 200)}' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.`,
      );
    const { tokens } = this.options;
    const access = await tokens.issue({
      tenant: tenant.id,
      app: app.clientId,
      // Without an administrator's consent there is a token all the same; Graph refuses it.
      roles: app.revoked.has("*") ? [] : app.roles,
      scopes: [],
    });
    return json(200, {
      token_type: "Bearer",
      expires_in: tokens.lifetime,
      ext_expires_in: tokens.lifetime,
      access_token: access,
    });
  }

  async #forUser(
    grant: Grant,
    authority: string,
    nonce: string | undefined,
    form: URLSearchParams,
  ): Promise<RawAnswer> {
    const asked = form.get("scope");
    const scopes = asked === null ? grant.scopes : scopesOf(asked, grant.app);
    const { tokens } = this.options;
    const issuer = openIdConfiguration(authority, grant.tenant.id).issuer;
    const oid = grant.tenant.mailbox(grant.user)?.id ?? "";
    return json(200, {
      token_type: "Bearer",
      scope: scopes.join(" "),
      expires_in: tokens.lifetime,
      ext_expires_in: tokens.lifetime,
      access_token: await tokens.issue({
        tenant: grant.tenant.id,
        app: grant.app.clientId,
        roles: [],
        scopes,
        user: grant.user,
      }),
      ...(scopes.includes("offline_access") && {
        refresh_token: this.grants.refreshToken(grant),
      }),
      ...(scopes.includes("openid") && {
        id_token: await this.#idTokens.issue(grant, issuer, nonce),
      }),
      ...(form.get("client_info") === "1" && {
        client_info: Buffer.from(
          JSON.stringify({ uid: oid, utid: grant.tenant.id }),
        ).toString("base64url"),
      }),
    });
  }
}

function appOf(tenant: Tenant, clientId: string): App {
  const app = tenant.apps.get(clientId);
  if (app === undefined)
    throw new SignInRefusal(
      400,
      "unauthorized_client",
      700016,
      `Application with identifier '${clientId.slice(0, 100)}' was not found in the directory '${tenant.id}'. This can happen if the application has not been installed by the administrator of the tenant.`,
    );
  return app;
}
