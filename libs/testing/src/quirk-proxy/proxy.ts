import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { freePort } from "../free-port.js";
import { deliver } from "./deliver.js";
import {
  type DavRequest,
  type Next,
  type Quirk,
  reply,
  type Reply,
  type Scene,
} from "./exchange.js";
import { behaveCounted, Hits } from "./hits.js";
import { QUIRKS, type QuirkName } from "./quirks.js";
import { RequestLog } from "./request-log.js";
import { Upstream } from "./upstream.js";

export type Imposable = QuirkName | Quirk;

export interface QuirkProxyOptions {
  /** Where the real server is; the proxy's `url` has the same path. */
  readonly target: string;
  readonly quirks?: readonly Imposable[];
  /** Whether it counts as a hit that the quirk of this name acts on a request, where several clients ask. Default: it does. */
  readonly counts?: (request: DavRequest, quirk: string) => boolean;
  /** Default: a free one. */
  readonly port?: number;
}

/** See README.md beside this file. */
export async function startQuirkProxy(
  options: QuirkProxyOptions,
): Promise<QuirkProxy> {
  const proxy = new QuirkProxy(
    new URL(options.target),
    options.port ?? (await freePort()),
    options.counts,
  );
  proxy.quirks = options.quirks ?? [];
  await proxy.comeBack();
  return proxy;
}

export class QuirkProxy {
  /** Stays the same over `vanish` and `comeBack`. */
  readonly url: string;
  readonly requests = new RequestLog();
  readonly hits = new Hits();
  readonly #upstream: Upstream;
  readonly #scene: Omit<Scene, "acted">;
  readonly #started = performance.now();
  readonly #perConnection = new WeakMap<Socket, number>();
  #server: Server | undefined;
  #quirks: readonly Quirk[] = [];

  constructor(
    target: URL,
    private readonly port: number,
    private readonly counts: NonNullable<QuirkProxyOptions["counts"]> = () =>
      true,
  ) {
    const origin = `http://127.0.0.1:${port}`;
    const memories = new Map<string, unknown>();
    this.url = `${origin}${target.pathname}`;
    this.#upstream = new Upstream(target, origin);
    this.#scene = {
      origin,
      memory: <T>(key: string, make: () => T): T => {
        if (!memories.has(key)) memories.set(key, make());
        return memories.get(key) as T;
      },
    };
  }

  /** In force from the next request on; the first one is nearest to the client. */
  get quirks(): readonly Quirk[] {
    return this.#quirks;
  }

  set quirks(quirks: readonly Imposable[]) {
    this.#quirks = quirks.map((quirk) =>
      typeof quirk === "string" ? QUIRKS[quirk] : quirk,
    );
  }

  /** Nobody listens any more: connections are reset, new ones refused. */
  async vanish(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Listens again on the same port. */
  async comeBack(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    // Long, so that only the quirk of that name drops connections.
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.#server = server;
  }

  async stop(): Promise<void> {
    await this.vanish();
    await this.#upstream.close();
  }

  async #answer(
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method = "", url: path = "/" } = incoming;
    this.requests.came(method);
    // The client went away in the middle of its request, or a quirk failed: a test should see that.
    const answer = await this.#exchange(incoming, method, path).catch(
      (error: unknown) => reply(599, {}, String(error)),
    );
    this.requests.ended({
      ...{ method, path, status: answer.status },
      at: performance.now() - this.#started,
    });
    await deliver(answer, response);
  }

  async #exchange(
    incoming: IncomingMessage,
    method: string,
    path: string,
  ): Promise<Reply> {
    const before = this.#perConnection.get(incoming.socket) ?? 0;
    this.#perConnection.set(incoming.socket, before + 1);
    const headers = flat(incoming.headers);
    const body = await bodyOf(incoming);
    return this.#through({ method, path, headers, body, before });
  }

  #through(request: DavRequest): Promise<Reply> {
    const server: Next = (asked) => this.#upstream.send(asked);
    const scene = this.#scene;
    const way = this.#quirks.reduceRight<Next>((next, quirk) => {
      const hits = this.counts(request, quirk.name) ? this.hits : new Hits();
      return (asked) => behaveCounted(quirk, asked, next, { scene, hits });
    }, server);
    return way(request);
  }
}

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(", ")]],
    ),
  );

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
