import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline, Readable } from "node:stream";
import type { Traps } from "./traps.js";

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** In place of a body: sent as fast as it is read. */
  readonly chunks?: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
  readonly delayMs?: number;
  /** No answer at all, no body behind its head, or a body that never ends; it begins with `body`, if there is one. */
  readonly stalls?: "at once" | "after the head" | "in the body";
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export function sendReply(response: ServerResponse, reply: Reply): void {
  const { stalls, chunks } = reply;
  if (stalls === "at once") return;
  response.writeHead(reply.status, reply.headers);
  if (stalls === "after the head") return response.flushHeaders();
  if (stalls === "in the body") {
    response.write(reply.body ?? " ");
    const drip = setInterval(() => response.write(" "), 10);
    response.on("close", () => clearInterval(drip));
  } else if (chunks === undefined) response.end(reply.body);
  else pipeline(Readable.from(chunks), response, () => undefined);
}

export const XML = { "content-type": "application/xml; charset=utf-8" };

export const multistatus = (...rows: readonly string[]): Reply => ({
  status: 207,
  headers: XML,
  body: `<?xml version="1.0" encoding="utf-8"?>\n<d:multistatus xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/">${rows.join("")}</d:multistatus>`,
});

export const row = (href: string, props: readonly string[]): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props.join("")}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;

export const status = (href: string, code: number): string =>
  `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 ${code} x</d:status></d:response>`;

export const escaped = (text: string): string =>
  text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/\r/g, "&#13;");

export function hrefAs(
  style: Traps["hrefs"],
  path: string,
  base: string,
): string {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  switch (style) {
    case "decoded":
      return escaped(path);
    case "lower":
      return encoded.replace(/%../g, (code) => code.toLowerCase());
    case "upper":
      // More than needed, as one server does.
      return encoded.replace(/-/g, "%2D");
    case "absolute":
      return new URL(encoded, base).href;
    case "plain":
      return encoded;
  }
}
