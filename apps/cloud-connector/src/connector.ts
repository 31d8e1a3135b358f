import {
  type Connector,
  ConnectorError,
  type Login,
  type Offer,
  type Session,
  type SessionContext,
} from "@ams-sync/connector-kit";
import type { Observe } from "@ams-sync/connector-kit/http";
import { type Egress, guardedAgent } from "@ams-sync/platform/egress";
import type { Dispatcher } from "undici";
import { HomesCache } from "./dav/homes-cache.js";
import { Http } from "./dav/http.js";
import { LoginConcurrency } from "./dav/login-concurrency.js";
import { KeptFields } from "./kept-fields.js";
import { DavSession } from "./session.js";
import { tryLogin } from "./try-login.js";

export interface CloudConnectorOptions {
  /** The longest that one request, or one write with its reading back, may take. */
  readonly requestTimeoutMs: number;
  /** Longer answers are refused. A listing of 10,000 items has about 4 MiB. */
  readonly maxBodyBytes?: number;
  /** Where requests may go. */
  readonly egress: Egress;
  readonly observe?: Observe;
}

const MAX_BODY_BYTES = 64 * 2 ** 20;

/** CalDAV and CardDAV. One for the process: logins share its connections, and nothing else. */
export class CloudConnector implements Connector {
  readonly system = "cloud";
  /** R25, R46, R47: both come in. */
  readonly inward = ["contacts", "appointments"] as const;
  readonly #cache = new HomesCache(() => performance.now());
  readonly #concurrency = new LoginConcurrency(() => performance.now());
  readonly #kept = new KeptFields(() => performance.now());
  readonly #agent: Dispatcher;
  readonly #freshAgent: Dispatcher;

  constructor(private readonly options: CloudConnectorOptions) {
    const { egress } = options;
    // HTTP/1.1: DAV servers behind HTTP/2 proxies gain nothing from it at eight requests at once.
    this.#agent = guardedAgent(egress, { allowH2: false });
    this.#freshAgent = guardedAgent(egress, { allowH2: false, pipelining: 0 });
  }

  get requestTimeoutMs(): number {
    return this.options.requestTimeoutMs;
  }

  async open(login: Login, context: SessionContext): Promise<Session> {
    const serverUrl = serverUrlOf(login);
    const http = this.#http(login, serverUrl, context);
    const session = new DavSession({
      http,
      login: { ...login, serverUrl: serverUrl.href },
      context,
      cache: this.#cache,
      kept: this.#kept,
      adaptive: this.#concurrency.of({ ...login, serverUrl: serverUrl.href }),
    });
    await session.logIn();
    return session;
  }

  async tryLogin(
    login: Login,
    context: SessionContext,
  ): Promise<readonly Offer[]> {
    const serverUrl = serverUrlOf(login);
    const http = this.#http(login, serverUrl, context, { stays: true });
    return tryLogin(http, serverUrl.href);
  }

  #http(
    { username, password }: Login,
    serverUrl: URL,
    { signal, now }: SessionContext,
    { stays = false } = {},
  ): Http {
    return new Http({
      ...{ serverUrl, username, password, signal, now, stays },
      agent: this.#agent,
      freshAgent: this.#freshAgent,
      timeoutMs: this.options.requestTimeoutMs,
      maxBodyBytes: this.options.maxBodyBytes ?? MAX_BODY_BYTES,
      observe: this.options.observe,
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent.close(), this.#freshAgent.close()]);
  }
}

function serverUrlOf({ serverUrl }: Login): URL {
  const url = URL.canParse(serverUrl) ? new URL(serverUrl) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ConnectorError(
      "rejected",
      "The server's address cannot be read; it looks like https://dav.example.com/.",
    );
  // A login in the address would end up in stored addresses of collections.
  url.username = "";
  url.password = "";
  url.hash = "";
  return url;
}
