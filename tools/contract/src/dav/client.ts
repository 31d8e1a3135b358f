import { XMLParser } from "fast-xml-parser";
import { Agent, request } from "undici";

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
}

/** A row of a multistatus; properties by local name. */
export interface DavRow {
  readonly href: string;
  readonly props: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
const MAX_BYTES = 16 * 2 ** 20;

/** Plain requests with Basic login, none of them through the connector's code. Nothing is kept between two of them. */
export class DavClient {
  requests = 0;
  readonly #agent = new Agent({ pipelining: 0, maxResponseSize: MAX_BYTES });

  constructor(
    readonly login: DavLogin,
    private readonly signal?: AbortSignal,
    /** More would be a fault of ours; a server of somebody else's is not flooded. */
    private readonly most = 5_000,
  ) {}

  async ask(
    method: string,
    address: string,
    { headers = {}, body }: DavQuestion = {},
  ): Promise<DavAnswer> {
    const { username, password } = this.login;
    let url = new URL(address, this.login.url);
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      this.requests += 1;
      if (this.requests > this.most)
        throw new Error(`More than ${this.most} requests are not sent.`);
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
        signal: this.signal ? AbortSignal.any([this.signal, limit]) : limit,
      });
      const text = await answer.body.text();
      const { location } = answer.headers;
      const to =
        answer.statusCode >= 300 && typeof location === "string"
          ? new URL(location, url)
          : undefined;
      if (to === undefined || !this.#mayGo(to))
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

  /** The login goes to the host that was named, or on over https. */
  #mayGo(to: URL): boolean {
    const from = new URL(this.login.url);
    return to.host === from.host || to.protocol === "https:";
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

export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : "";

export const etagOf = ({ headers }: DavAnswer): string | undefined =>
  typeof headers["etag"] === "string" ? headers["etag"] : undefined;
