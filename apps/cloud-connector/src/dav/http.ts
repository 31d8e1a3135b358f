import { ConnectorError } from "@ams-sync/connector-kit";
import {
  inTime,
  isDropped,
  networkError,
  type Observe,
} from "@ams-sync/connector-kit/http";
import type { Dispatcher } from "undici";
import { type Answer, isOk, isXml } from "./answer.js";
import { readBody } from "./body.js";
import { errorOf } from "./errors.js";
import { isOwnHost } from "./own-hosts.js";
import { atLeisure, type Read, readBy, whole } from "./reading.js";

export interface HttpOptions {
  /** Where the user said the server is. */
  readonly serverUrl: URL;
  readonly username: string;
  readonly password: string;
  /** Keeps connections alive between requests. */
  readonly agent: Dispatcher;
  /** Opens a connection for each request. */
  readonly freshAgent: Dispatcher;
  /** One request with its redirects and its repetition, ms; without what reading an answer costs us ourselves. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** Ends everything: the run is over. */
  readonly signal: AbortSignal;
  /** Epoch ms; dates in answers are relative to it. */
  readonly now: () => number;
  readonly observe?: Observe | undefined;
  /** The login is only tried: it goes to this server's own hosts and to no other, whatever leads there. */
  readonly stays?: boolean;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: follow. */
  readonly redirect?: "follow" | "manual";
  /** Of the XML of a success. Called anew where it is sent once more, perhaps after some pieces of the first answer. */
  readonly read?: Read;
  /** From `within`, where several requests share one time. */
  readonly signal?: AbortSignal;
}

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * HTTP with Basic login (RFC 7617) over kept connections. Every status is an answer; an error is thrown only where no
 * answer came. All requests of this connector are idempotent or conditional, so one whose connection broke is sent
 * once more, on a fresh connection: one of six servers drops kept ones between two requests.
 */
export class Http {
  /** Sent so far. */
  requests = 0;
  readonly #authorization: string;
  /** Origins that the login may go to. */
  readonly #known: Set<string>;
  #elsewhere: ConnectorError | undefined;

  constructor(private readonly options: HttpOptions) {
    const { username, password, serverUrl } = options;
    this.#known = new Set([serverUrl.origin]);
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
  }

  /** ms */
  get timeoutMs(): number {
    return this.options.timeoutMs;
  }

  /** Several requests that share one time: their signal ends after `ms`, or with the run. */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return inTime(ms, [this.options.signal], work);
  }

  /** What a refused request means. */
  refusal(answer: Answer): ConnectorError {
    return errorOf(answer, this.options.now());
  }

  send(request: HttpRequest): Promise<Answer> {
    const { signal: run, timeoutMs } = this.options;
    const { read } = request;
    // What several requests share ends with the run itself.
    return inTime(timeoutMs, [request.signal ?? run], (signal, time) =>
      this.#followed(
        read ? { ...request, read: atLeisure(read, time) } : request,
        signal,
      ),
    );
  }

  /**
   * Discovery, beginning at the server that the user named, has led to this address: the login may go there from now
   * on. Servers do keep their homes on other hosts (RFC 6764 section 6 lets them), but only https proves which one
   * answers there.
   * @throws ConnectorError `rejected` where that would be without https
   */
  lead(url: string): void {
    const { origin, protocol } = new URL(url);
    if (this.#known.has(origin)) return;
    if (protocol !== "https:") throw this.#withoutHttps();
    if (this.leavesServer(url)) throw this.#leadsAway(new URL(url));
    this.#known.add(origin);
  }

  /** Whether a login that is only tried would have to go to somebody else's server. */
  leavesServer(url: string): boolean {
    const { stays = false, serverUrl } = this.options;
    return stays && !isOwnHost(serverUrl.hostname, new URL(url).hostname);
  }

  /** Why it was not sent on, if it was to be. */
  get elsewhere(): ConnectorError | undefined {
    return this.#elsewhere;
  }

  /** Whether the login may go to this address. */
  knows(url: string): boolean {
    return this.#known.has(new URL(url).origin);
  }

  async #followed(request: HttpRequest, signal: AbortSignal): Promise<Answer> {
    let url = this.#knownOr(new URL(request.url), notLedTo);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const answer = await this.#twice(request, url, signal);
      const location = answer.headers.get("location");
      if (
        request.redirect === "manual" ||
        !REDIRECTS.has(answer.status) ||
        location === undefined ||
        !URL.canParse(location, url.href)
      )
        return answer;
      url = this.#redirected(url, new URL(location, url));
    }
    throw new ConnectorError(
      "rejected",
      `${url.host} redirects in a circle; check the address.`,
    );
  }

  #knownOr(url: URL, refusal: (url: URL) => ConnectorError): URL {
    if (this.#known.has(url.origin)) return url;
    throw refusal(url);
  }

  /**
   * Another origin gets the login only if discovery led there. A redirect is a step of discovery where it comes from
   * `.well-known`, which RFC 6764 section 5 has for just that, or where a host sends on to its own https. Any other one
   * may come from whoever may place a file on the server, so it is not followed; without the login it would end in a
   * 401 that looks like a wrong password.
   */
  #redirected(from: URL, to: URL): URL {
    if (from.protocol === "https:" && to.protocol !== "https:")
      throw this.#withoutHttps();
    const onward =
      from.pathname.startsWith("/.well-known/") ||
      (to.hostname === from.hostname && from.protocol === "http:");
    if (to.protocol === "https:" && onward) this.lead(to.href);
    if (to.protocol !== "https:" && !this.#known.has(to.origin))
      throw this.#withoutHttps();
    return this.#knownOr(to, () =>
      this.leavesServer(to.href)
        ? this.#leadsAway(to)
        : redirectsAway(from, to),
    );
  }

  #leadsAway({ origin, pathname, host }: URL): ConnectorError {
    this.#elsewhere ??= new ConnectorError(
      "rejected",
      `${this.options.serverUrl.host} leads to ${host}, where this login is not sent; enter ${origin} instead.`,
      { enter: `${origin}${pathname}` },
    );
    return this.#elsewhere;
  }

  #withoutHttps(): ConnectorError {
    return new ConnectorError(
      "rejected",
      `${this.options.serverUrl.host} points to another address without https, which is not followed; enter the https address of the server.`,
    );
  }

  async #twice(
    request: HttpRequest,
    url: URL,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { observe = (_method, _host, send) => send() } = this.options;
    const send = (repeated: boolean) =>
      observe(request.method, url.host, () =>
        this.#once(request, url, signal, repeated),
      );
    try {
      return await send(false);
    } catch (error) {
      if (signal.aborted || !isDropped(error))
        throw this.#failure(error, url, signal);
    }
    try {
      return await send(true);
    } catch (error) {
      throw this.#failure(error, url, signal);
    }
  }

  async #once(
    request: HttpRequest,
    url: URL,
    signal: AbortSignal,
    repeated: boolean,
  ): Promise<Answer> {
    const { agent, freshAgent, maxBodyBytes } = this.options;
    this.requests++;
    const response = await (repeated ? freshAgent : agent).request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: {
        ...request.headers,
        authorization: this.#authorization,
        "user-agent": "ams-sync",
      },
      body: request.body ?? null,
      // undici closes the connection behind the body of a method for which it expects none, as it does for REPORT.
      reset: false,
      signal,
    });
    const pieces = readBody(response.body, maxBodyBytes, url.host);
    const answer = {
      method: request.method,
      url: url.href,
      status: response.statusCode,
      headers: new Map(
        Object.entries(response.headers).map(([name, value]) => [
          name.toLowerCase(),
          Array.isArray(value) ? value.join(", ") : (value ?? ""),
        ]),
      ),
      body: "",
      repeated,
    };
    if (request.read === undefined || !isOk(answer) || !isXml(answer))
      return { ...answer, body: await whole(pieces) };
    await readBy(request.read, answer, pieces, response.body);
    return answer;
  }

  #failure(error: unknown, url: URL, signal: AbortSignal): ConnectorError {
    if (error instanceof ConnectorError) return error;
    if (this.options.signal.aborted)
      return new ConnectorError(
        "transient",
        "The run was stopped; the next one goes on.",
      );
    if (signal.aborted)
      return new ConnectorError(
        "transient",
        `${url.host} did not answer in time; tried again later.`,
      );
    return networkError(error, url.host);
  }
}

const notLedTo = ({ host }: URL): ConnectorError =>
  new ConnectorError(
    "rejected",
    `The server of this account does not name ${host} as its own, so the login is not sent there; choose the collection again or enter the address of the server anew.`,
  );

const redirectsAway = (from: URL, to: URL): ConnectorError =>
  new ConnectorError(
    "rejected",
    `${from.host} redirects to ${to.host}, which the login is not sent to; enter that address if it is the right one.`,
  );
