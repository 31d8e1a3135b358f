import { XMLParser } from "fast-xml-parser";
import { Agent, type Dispatcher, request } from "undici";
import { NoSuchPlace } from "./no-such-place.js";
import { Origins } from "./origins.js";

/** What the stranger calls itself, so that whoever stands between can tell it from the connector. */
export const STRANGER_AGENT = "ams-sync-contract";

export interface DavLogin {
  /** Where discovery begins. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface DavAnswer {
  readonly status: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface DavQuestion {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: follow. */
  readonly redirect?: "follow" | "manual";
}

export interface DavClientOptions {
  readonly signal?: AbortSignal;
  /** More would be a fault of ours; a server of somebody else's is not flooded. */
  readonly most?: number;
  /** Where the login may go, for clients that share it. */
  readonly origins?: Origins;
  readonly dispatcher?: Dispatcher;
}

/** A row of a multistatus; properties by local name. */
export interface DavRow {
  readonly href: string;
  readonly props: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_BYTES = 16 * 2 ** 20;

/** Plain requests with Basic login, none of them through the connector's code. Nothing is kept between two of them. */
export class DavClient {
  requests = 0;
  readonly origins: Origins;
  readonly #agent: Dispatcher;

  constructor(
    readonly login: DavLogin,
    private readonly options: DavClientOptions = {},
  ) {
    this.origins = options.origins ?? new Origins(login.url);
    this.#agent =
      options.dispatcher ??
      new Agent({ pipelining: 0, maxResponseSize: MAX_BYTES });
  }

  /** At a whole address: a path alone does not say on which of a server's hosts it lies. */
  async ask(
    method: string,
    address: string,
    { headers = {}, body, redirect = "follow" }: DavQuestion = {},
  ): Promise<DavAnswer> {
    const { username, password } = this.login;
    const { signal, most = 5_000 } = this.options;
    let url = new URL(address);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      if (!this.origins.knows(url))
        throw new NoSuchPlace(
          `The server does not name ${url.origin} as its own, so the login is not sent there.`,
        );
      this.requests += 1;
      if (this.requests > most)
        throw new Error(`More than ${most} requests are not sent.`);
      const limit = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
          "user-agent": STRANGER_AGENT,
          ...headers,
        },
        body: body ?? null,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await answer.body.text();
      const { location } = answer.headers;
      const to =
        redirect === "follow" &&
        REDIRECTS.has(answer.statusCode) &&
        typeof location === "string" &&
        URL.canParse(location, url.href)
          ? new URL(location, url)
          : undefined;
      if (to === undefined || !this.origins.follows(url, to))
        return {
          status: answer.statusCode,
          url: url.href,
          headers: answer.headers,
          text,
        };
      url = to;
    }
    throw new Error(`${url.host} redirects in a circle.`);
  }

  /** Properties given as XML elements of the prefixes d, c (CalDAV), a (CardDAV), cs. */
  async propfind(
    address: string,
    depth: "0" | "1",
    properties: readonly string[],
  ): Promise<{ answer: DavAnswer; rows: readonly DavRow[] }> {
    const answer = await this.ask("PROPFIND", address, {
      headers: { depth, "content-type": "application/xml; charset=utf-8" },
      body: `<?xml version="1.0" encoding="utf-8"?><d:propfind ${NAMESPACES}><d:prop>${properties.map((name) => `<${name}/>`).join("")}</d:prop></d:propfind>`,
    });
    return { answer, rows: rowsIn(answer) };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

export const NAMESPACES =
  'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="urn:ietf:params:xml:ns:carddav" xmlns:cs="http://calendarserver.org/ns/"';

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  ignoreAttributes: true,
});

export function xmlIn(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

export function rowsIn({ status, text }: DavAnswer): readonly DavRow[] {
  if (status !== 207) return [];
  return listOf(at(xmlIn(text), "multistatus", "response")).map((row) => ({
    href: textOf(at(row, "href")).trim(),
    props: Object.assign(
      {},
      ...listOf(at(row, "propstat"))
        .filter((propstat) => / 200\b/.test(textOf(at(propstat, "status"))))
        .map((propstat) => at(propstat, "prop")),
    ) as Record<string, unknown>,
  }));
}

/** What lies below these names, one after the other. */
export function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : "";

export const etagOf = ({ headers }: DavAnswer): string | undefined =>
  typeof headers["etag"] === "string" ? headers["etag"] : undefined;
