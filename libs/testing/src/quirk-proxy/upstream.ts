import { Agent } from "undici";
import type { DavRequest, Reply } from "./exchange.js";
import { silence } from "./exchange.js";
import { isXml } from "./xml.js";

/** Of one connection and not of the message (RFC 9110 section 7.6.1), or made anew by whoever sends. */
const OWN_BUSINESS = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
/** Headers that hold addresses. */
const ADDRESSES = ["destination", "if", "location", "content-location"];

/** The real server. Addresses of the proxy become its own on the way there, and back again. */
export class Upstream {
  // Bounded by the clients' patience, not by the proxy's.
  readonly #agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

  constructor(
    private readonly target: URL,
    /** The proxy's own origin. */
    private readonly origin: string,
  ) {}

  async send(request: DavRequest): Promise<Reply> {
    const there = (text: string) =>
      text.replaceAll(this.origin, this.target.origin);
    const back = (text: string) =>
      text.replaceAll(this.target.origin, this.origin);
    try {
      const answer = await this.#agent.request({
        origin: this.target.origin,
        path: request.path,
        method: request.method,
        headers: translated(request.headers, there),
        body:
          request.body.length === 0
            ? null
            : isXml(request)
              ? there(request.body.toString("utf8"))
              : request.body,
      });
      const reply = {
        status: answer.statusCode,
        headers: translated(answer.headers, back),
        body: Buffer.from(await answer.body.arrayBuffer()),
      };
      return isXml(reply)
        ? { ...reply, body: Buffer.from(back(reply.body.toString("utf8"))) }
        : reply;
    } catch {
      // A server that cannot be reached cannot be reached through its proxy either.
      return silence("closed");
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function translated<T extends string | string[] | undefined>(
  headers: Readonly<Record<string, T>>,
  translate: (text: string) => string,
): Record<string, NonNullable<T>> {
  const result: Record<string, NonNullable<T>> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || OWN_BUSINESS.has(name)) continue;
    const known =
      ADDRESSES.includes(name) && typeof value === "string"
        ? translate(value)
        : value;
    result[name] = known as NonNullable<T>;
  }
  return result;
}
