import { realClock, type GraphClock } from "./clock.js";
import type { Faults } from "./faults.js";
import { Gateway } from "./http/gateway.js";
import { close, httpServer, listen, type RawRequest } from "./http/listener.js";
import { DOCUMENTED, type Limits } from "./limits.js";
import type { RequestLog } from "./request-log.js";
import { GraphService } from "./service.js";
import { Tenant, type App, type MailboxSettings } from "./sign-in/directory.js";
import { refused, SignInRefusal, token } from "./sign-in/token-endpoint.js";
import { AccessTokens } from "./sign-in/tokens.js";
import { OutlookUser } from "./user/outlook-user.js";

export interface GraphOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly clock?: GraphClock;
  /** Default: the documented ones. */
  readonly limits?: Partial<Limits>;
  /** ms from each operation to its answer, within a batch too. */
  readonly latency?: number;
  /** Seconds. */
  readonly tokenLifetime?: number;
}

export interface Graph {
  /** Base of Graph, with its version. */
  readonly url: string;
  /** Base of the sign-in service, without a tenant. */
  readonly authority: string;
  /** There from the start, with an app that has a secret and the usual permissions. */
  readonly tenant: Tenant;
  readonly app: App;
  addTenant(id?: string): Tenant;
  /** The user at this mailbox of the first tenant, made if missing: does what people do in Outlook. */
  mailbox(address: string, settings?: MailboxSettings): OutlookUser;
  user(
    tenant: Tenant,
    address: string,
    settings?: MailboxSettings,
  ): OutlookUser;
  /** An access token without the way there: for the app, or for a user with delegated permissions. */
  tokenFor(app?: App, user?: string): Promise<string>;
  /** All access tokens given out so far are void. */
  voidTokens(): void;
  latency: number;
  readonly requests: RequestLog;
  readonly faults: Faults;
  stop(): Promise<void>;
}

/**
 * A simulator of Microsoft Graph's contacts and calendars on loopback, with the sign-in service before it. Everything is
 * in memory. README.md beside this file says what it does not do.
 */
export async function startGraph(options: GraphOptions = {}): Promise<Graph> {
  const clock = options.clock ?? realClock;
  const tokens = new AccessTokens(clock, options.tokenLifetime ?? 3_600);
  const tenants = new Map<string, Tenant>();
  const addTenant = (id?: string): Tenant => {
    const tenant = new Tenant(clock, id);
    tenants.set(tenant.id, tenant);
    return tenant;
  };
  const tenant = addTenant();
  const app = tenant.register({ secret: "simulated-secret" });

  let handle = async (_request: RawRequest) => ({
    status: 503,
    headers: {},
    body: "",
  });
  const server = httpServer((request) => handle(request));
  const port = await listen(server, options.port ?? 0);
  const authority = `http://127.0.0.1:${port}`;
  const url = `${authority}/v1.0`;
  const service = new GraphService({
    ...{ clock, tokens, tenants, url },
    limits: { ...DOCUMENTED, ...options.limits },
  });
  service.latency = options.latency ?? 0;
  const gateway = new Gateway(service);
  const signIn = async (request: RawRequest) => {
    const [, name, rest] =
      /^\/([^/]+)\/oauth2\/v2\.0\/(\w+)$/.exec(request.url) ?? [];
    if (name === undefined || rest !== "token")
      return { status: 404, headers: {}, body: "" };
    try {
      return await token({ tenants, tokens }, name, request);
    } catch (error) {
      if (error instanceof SignInRefusal) return refused(error);
      throw error;
    }
  };
  handle = (request) =>
    request.url.startsWith("/v1.0/")
      ? gateway.handle(request)
      : signIn(request);

  const user = (
    of: Tenant,
    address: string,
    settings: MailboxSettings = {},
  ): OutlookUser =>
    new OutlookUser(of.mailbox(address) ?? of.addMailbox(address, settings));
  return {
    ...{ url, authority, tenant, app, addTenant, user },
    mailbox: (address, settings) => user(tenant, address, settings),
    tokenFor: (as = app, name) =>
      tokens.issue({
        tenant: tenant.id,
        app: as.clientId,
        roles: name === undefined ? as.roles : [],
        scopes: name === undefined ? [] : as.scopes,
        ...(name !== undefined && { user: name }),
      }),
    voidTokens: () => tokens.void(),
    get latency() {
      return service.latency;
    },
    set latency(ms) {
      service.latency = ms;
    },
    requests: service.log,
    faults: service.faults,
    stop: () => close(server),
  };
}
