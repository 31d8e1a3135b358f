/** A request on its way to the server. Changed by making another one of it. */
export interface DavRequest {
  readonly method: string;
  /** Path and query as the client wrote them. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Requests that came before it over the same connection. */
  readonly before: number;
}

export interface Reply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
  /** How it reaches the client. Default: whole. */
  readonly delivery?: Delivery;
}

export type Delivery =
  /** The connection is closed (FIN) or reset (RST) in its place. */
  | "closed"
  | "reset"
  /** The connection is closed in the middle of the body. */
  | "cut"
  /** In small pieces, so many ms apart. */
  | { readonly pieceEveryMs: number };

/** The rest of the way to the server and back. May be asked more than once. */
export type Next = (request: DavRequest) => Promise<Reply>;

/** What the quirks of one proxy know besides the request. */
export interface Scene {
  /** The proxy's own, without a slash at its end. */
  readonly origin: string;
  /** What a quirk remembers for as long as the proxy runs. */
  memory<T>(key: string, make: () => T): T;
  /** Called by a quirk that `tells`, when this exchange went otherwise than without it. */
  acted(): void;
}

/** One way in which a server departs from what clients hope for. */
export interface Quirk {
  readonly name: string;
  /** One sentence for people. */
  readonly sentence: string;
  /** How many of the six servers that were looked at do it; unset for faults, which any server can have. */
  readonly seen?: string;
  /**
   * It says by `Scene.acted` when it acted. Needed where the answer does not show it: what the server is asked differs, or
   * the answer always looks different. Otherwise an answer that is not the server's counts.
   */
  readonly tells?: true;
  readonly behave: (
    request: DavRequest,
    next: Next,
    scene: Scene,
  ) => Promise<Reply>;
}

const XML = { "content-type": "application/xml; charset=utf-8" };

export const reply = (
  status: number,
  headers: Reply["headers"] = {},
  body = "",
): Reply => ({ status, headers, body: Buffer.from(body) });

/** A DAV:error body (RFC 4918 section 16) with one precondition, given as an XML element. */
export const refusal = (status: number, precondition: string): Reply =>
  reply(
    status,
    XML,
    `<?xml version="1.0" encoding="utf-8"?><d:error xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:cal="urn:ietf:params:xml:ns:caldav">${precondition}</d:error>`,
  );

/** A 207 whose one row holds a refusal. */
export const refusalInside = (
  path: string,
  status: string,
  precondition: string,
): Reply =>
  reply(
    207,
    XML,
    `<?xml version="1.0" encoding="utf-8"?><d:multistatus xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav" xmlns:cal="urn:ietf:params:xml:ns:caldav"><d:response><d:href>${path}</d:href><d:status>HTTP/1.1 ${status}</d:status><d:error>${precondition}</d:error></d:response></d:multistatus>`,
  );

/** Nobody answers. */
export const silence = (delivery: "closed" | "reset"): Reply => ({
  ...reply(0),
  delivery,
});

export const succeeded = ({ status }: Reply): boolean =>
  status >= 200 && status < 300;

export const withHeaders = (
  request: DavRequest,
  changes: Readonly<Record<string, string | undefined>>,
): DavRequest => ({
  ...request,
  headers: merged(request.headers, changes),
});

export const withReplyHeaders = (
  reply: Reply,
  changes: Readonly<Record<string, string | undefined>>,
): Reply => ({ ...reply, headers: merged(reply.headers, changes) });

function merged<T>(
  headers: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | undefined>>,
): Record<string, T> {
  const result: Record<string, T> = {};
  for (const [name, value] of Object.entries({ ...headers, ...changes }))
    if (value !== undefined) result[name] = value;
  return result;
}

/** A question of the proxy's own about the same resource, with the client's login. */
export const question = (
  { path, headers, before }: DavRequest,
  method: "GET" | "HEAD",
): DavRequest => ({
  method,
  path,
  before,
  body: Buffer.alloc(0),
  headers:
    headers["authorization"] === undefined
      ? {}
      : { authorization: headers["authorization"] },
});

/** The ETag that the server has for the resource of a request; undefined where there is none. */
export async function currentEtag(
  request: DavRequest,
  next: Next,
): Promise<{ readonly there: boolean; readonly etag: string | undefined }> {
  const answer = await next(question(request, "GET"));
  const etag = answer.headers["etag"];
  return {
    there: answer.status === 200,
    etag: typeof etag === "string" ? etag : undefined,
  };
}
