import { realClock, type GraphClock } from "./clock.js";
import { Contract } from "./contract/contract.js";
import { contractFile } from "./contract/file.js";
import { Problems } from "./contract/problems.js";
import type { Faults } from "./faults.js";
import { Gateway } from "./http/gateway.js";
import {
  close,
  httpServer,
  httpsServer,
  listen,
  type Handler,
} from "./http/listener.js";
import { DOCUMENTED, type Limits } from "./limits.js";
import type { RequestLog } from "./request-log.js";
import { GraphService } from "./service.js";
import { Tenant, type App, type MailboxSettings } from "./sign-in/directory.js";
import { SignIn } from "./sign-in/sign-in.js";
import { AccessTokens } from "./sign-in/tokens.js";
import { Subscriptions } from "./subscriptions/subscriptions.js";
import { selfSigned } from "./tls/certificate.js";
import { OutlookUser } from "./user/outlook-user.js";

export interface GraphOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly authorityPort?: number;
  readonly clock?: GraphClock;
  /** Default: the documented ones. */
  readonly limits?: Partial<Limits>;
  /** ms from each operation to its answer, within a batch too. */
  readonly latency?: number;
  /** Seconds. */
  readonly tokenLifetime?: number;
  /**
   * Whoever asks is judged as well as the simulator: requests against the contract, immutable ids asked for each time,
   * nothing that the simulator does not do. Default: true.
   */
  readonly strict?: boolean;
  /** In place of the one that may stand beside the project. */
  readonly contract?: Contract;
}

export interface SignInPage {
  /** Signs in at the page of this address and allows what it asks for. @returns where the browser is sent: the app's redirect address, with a code */
  allow(at: string, address: string): Promise<string>;
  /** The same with "no". */
  decline(at: string): Promise<string>;
  /** As after a new password: refresh tokens of this user are void. */
  endSessions(address: string): void;
  /** Everything there is answered with 503; tokens that are out stay good. */
  unavailable: boolean;
}

export interface Load {
  readonly most: number;
  readonly refusals: number;
}

export interface Graph {
  /** Base of Graph, with its version. */
  readonly url: string;
  /** Base of the sign-in service, without a tenant. MSAL takes https only. */
  readonly authority: string;
  /** PEM of the certificate behind `authority`, which vouches for itself. */
  readonly ca: string;
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
  /** What people and administrators do at the sign-in service. */
  readonly signIn: SignInPage;
  latency: number;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Of one mailbox and app: the most operations at once so far, and how many were refused. */
  load(address: string, app?: App): Load;
  readonly problems: Problems;
  readonly subscriptions: Subscriptions;
  /** Throws where what was asked or answered breaks the contract, or `strict` finds something. */
  stop(): Promise<void>;
}

let read: Contract | undefined;

/** Read and compiled once for all simulators of a process. */
function standing(): Contract | undefined {
  const file = contractFile();
  if (file !== undefined) read ??= Contract.read(file);
  return read;
}

const UNAVAILABLE = { status: 503, headers: {}, body: "" };
const ELSEWHERE = { status: 404, headers: {}, body: "" };

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

  let graphHandler: Handler = async () => UNAVAILABLE;
  let signInHandler: Handler = async () => UNAVAILABLE;
  const server = httpServer((request) => graphHandler(request));
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}/v1.0`;
  const { certificate, key } = await selfSigned("Graph simulator");
  const secure = httpsServer({ cert: certificate, key }, (request) =>
    signInHandler(request),
  );
  const securePort = await listen(secure, options.authorityPort ?? 0);
  const authority = `https://127.0.0.1:${securePort}`;
  const problems = new Problems(
    options.contract ?? standing(),
    options.strict ?? true,
  );
  const subscriptions = new Subscriptions(clock, (notification) =>
    problems.notification(notification),
  );
  const service = new GraphService({
    ...{ clock, tokens, tenants, url, subscriptions },
    limits: { ...DOCUMENTED, ...options.limits },
  });
  service.latency = options.latency ?? 0;
  const gateway = new Gateway(service, problems);
  const signIn = new SignIn({
    ...{ clock, tokens, tenants },
    resources: ["https://graph.microsoft.com", new URL(url).origin],
  });
  graphHandler = (request) =>
    request.url.startsWith("/v1.0/")
      ? gateway.handle(request)
      : Promise.resolve(ELSEWHERE);
  let unavailable = false;
  signInHandler = (request) =>
    unavailable
      ? Promise.resolve(UNAVAILABLE)
      : signIn.handle(request, authority);

  const user = (
    of: Tenant,
    address: string,
    settings: MailboxSettings = {},
  ): OutlookUser =>
    new OutlookUser(of.mailbox(address) ?? of.addMailbox(address, settings));
  return {
    ...{ url, authority, ca: certificate, tenant, app, addTenant, user },
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
    load: (address, as = app) => {
      const mailbox = tenant.mailbox(address);
      const { most = 0, refusals = 0 } =
        mailbox === undefined ? {} : service.throttle(as.clientId, mailbox);
      return { most, refusals };
    },
    problems,
    subscriptions,
    signIn: {
      get unavailable() {
        return unavailable;
      },
      set unavailable(is) {
        unavailable = is;
      },
      allow: (at, address) => pressed(signIn, authority, at, { user: address }),
      decline: (at) => pressed(signIn, authority, at, { decline: "yes" }),
      endSessions: (address) => signIn.grants.endSessions(address),
    },
    stop: async () => {
      subscriptions.delivery.stop();
      await Promise.all([close(server), close(secure)]);
      problems.throwAny();
    },
  };
}

/** A button of the sign-in page. */
async function pressed(
  signIn: SignIn,
  authority: string,
  at: string,
  form: Record<string, string>,
): Promise<string> {
  const { pathname, search } = new URL(at);
  const { status, headers, body } = await signIn.handle(
    {
      method: "POST",
      url: pathname + search,
      headers: {},
      body: Buffer.from(new URLSearchParams(form).toString()),
    },
    authority,
  );
  const to = headers["location"];
  if (to === undefined)
    throw new Error(`The sign-in page answers ${status}: ${body}`);
  return to;
}
