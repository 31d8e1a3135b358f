import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Traps, WELL_BEHAVED } from "./traps.js";
import {
  escaped,
  hrefAs,
  multistatus,
  type Reply,
  row,
  sendReply,
  type Seen,
  status,
  XML,
} from "./wire.js";

/** A small DAV server on loopback with one address book, that plays the traps of real ones. User "max", "geheim". */
export class TrapServer {
  readonly traps: Traps = { ...WELL_BEHAVED };
  readonly seen: Seen[] = [];
  /** By decoded path. */
  readonly items = new Map<string, { text: string; revision: number }>();
  /** By decoded path, each with a slash at its end. */
  readonly collections = new Map<string, "addressbook" | "calendar">();
  /** Answers before the server does. */
  intercept: (request: Seen) => Reply | undefined = () => undefined;
  /** Answers that stall, of connections that are still open. */
  stalled = 0;
  readonly #log: { path: string; gone: boolean }[] = [];
  readonly #sendings = new Map<string, number>();
  readonly #server: Server;
  #revision = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const seen: Seen = {
          method: request.method ?? "",
          path: request.url ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks).toString("utf8"),
        };
        const key = `${seen.method} ${seen.path}`;
        const sending = (this.#sendings.get(key) ?? 0) + 1;
        this.#sendings.set(key, sending);
        const drops = sending % 2 === 1 ? this.traps.drops : "never";
        if (drops === "before") return request.socket.destroy();
        this.seen.push(seen);
        const reply = this.#reply(seen);
        if (drops === "after") return request.socket.destroy();
        if (reply.stalls !== undefined) {
          this.stalled += 1;
          response.on("close", () => (this.stalled -= 1));
        }
        setTimeout(() => sendReply(response, reply), reply.delayMs ?? 0);
      });
    });
  }

  static async start(): Promise<TrapServer> {
    const server = new TrapServer();
    await new Promise<void>((done) =>
      server.#server.listen(0, "127.0.0.1", done),
    );
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }

  put(path: string, text: string): void {
    this.items.set(path, {
      text: this.traps.store(text),
      revision: ++this.#revision,
    });
    this.#log.push({ path, gone: false });
  }

  remove(path: string): void {
    this.items.delete(path);
    this.#revision++;
    this.#log.push({ path, gone: true });
  }

  etagOf(path: string): string | undefined {
    const item = this.items.get(path);
    if (item === undefined || this.traps.etags === "none") return undefined;
    if (this.traps.etags === "numeric") return `${item.revision}e5`;
    return this.traps.etags === "weak"
      ? `W/"${item.revision}"`
      : `"${item.revision}"`;
  }

  #reply(request: Seen): Reply {
    const intercepted = this.intercept(request);
    if (intercepted !== undefined) return intercepted;
    if (request.path.startsWith("/.well-known/")) return this.#wellKnown();
    const login = Buffer.from("max:geheim").toString("base64");
    if (request.headers.authorization !== `Basic ${login}`)
      return { status: 401, headers: { "www-authenticate": "Basic realm=x" } };
    const path = decodeURIComponent(request.path);
    switch (request.method) {
      case "PROPFIND":
        return this.#propfind(request, path);
      case "REPORT":
        return request.body.includes("sync-collection")
          ? this.#sync(request, path)
          : this.#multiget(request);
      case "MKCOL":
        return this.#make(path, "addressbook");
      case "MKCALENDAR":
        return this.#make(path, "calendar");
      case "GET":
        return this.#get(path);
      case "PUT":
        return this.#put(request, path);
      case "DELETE":
        return this.#delete(request, path);
      default:
        return { status: 405 };
    }
  }

  #wellKnown(): Reply {
    if (this.traps.wellKnown === "none") return { status: 404 };
    const location =
      this.traps.wellKnown === "relative" ? "/dav/" : `${this.url}dav/`;
    return { status: 301, headers: { location } };
  }

  #propfind({ headers }: Seen, path: string): Reply {
    if (path === "/dav/" || path === "/dav/principal/")
      return multistatus(
        row(path, [
          "<d:current-user-principal><d:href>/dav/principal/</d:href></d:current-user-principal>",
          "<card:addressbook-home-set><d:href>/dav/home/</d:href></card:addressbook-home-set>",
          "<c:calendar-home-set><d:href>/dav/home/</d:href></c:calendar-home-set>",
        ]),
      );
    const type = this.collections.get(path);
    if (type !== undefined) {
      const own = row(path, [
        `<d:resourcetype><d:collection/><${type === "calendar" ? "c:calendar" : "card:addressbook"}/></d:resourcetype>`,
        ...(this.traps.ctag
          ? [`<cs:getctag>${this.#revision}</cs:getctag>`]
          : []),
      ]);
      const members = headers.depth === "1" ? this.#members(path) : [];
      return multistatus(
        own,
        ...members.map((member) =>
          row(this.#href(member), [this.#etagProp(member)]),
        ),
      );
    }
    return this.items.has(path)
      ? multistatus(row(this.#href(path), [this.#etagProp(path)]))
      : { status: 404 };
  }

  #sync({ body }: Seen, path: string): Reply {
    if (this.traps.sync === "forbidden") return { status: 403 };
    if (this.traps.sync === "crashes") return { status: 500 };
    if (this.traps.sync === "empty") return multistatus();
    const token = /sync-token>([^<]*)</.exec(body)?.[1] ?? "";
    let from = token === "" ? 0 : Number(/^urn:t:(\d+)$/.exec(token)?.[1]);
    if (!(from <= this.#log.length)) {
      const { unknownToken } = this.traps;
      if (unknownToken === "500") return { status: 500 };
      if (unknownToken !== "full-list")
        return {
          status: Number(unknownToken),
          headers: XML,
          body: '<d:error xmlns:d="DAV:"><d:valid-sync-token/></d:error>',
        };
      from = 0;
    }
    const until = Math.min(this.#log.length, from + this.traps.pageSize);
    const changed = new Map<string, boolean>();
    for (const { path, gone } of this.#log.slice(from, until))
      changed.set(path, gone);
    return multistatus(
      ...[...changed]
        .filter(([, gone]) => !gone || from > 0)
        .map(([member, gone]) =>
          gone || !this.items.has(member)
            ? status(this.#href(member), 404)
            : row(this.#href(member), [this.#etagProp(member)]),
        ),
      ...(until < this.#log.length ? [status(path, 507)] : []),
      `<d:sync-token>urn:t:${until}</d:sync-token>`,
    );
  }

  #multiget({ body }: Seen): Reply {
    const paths = [...body.matchAll(/href>([^<]*)</g)].map((match) =>
      decodeURIComponent(new URL(match[1] ?? "", this.url).pathname),
    );
    const { absentInMultiget } = this.traps;
    const absent = paths.filter((path) => !this.items.has(path));
    if (absent.length > 0 && absentInMultiget === "whole-report")
      return { status: 404 };
    return multistatus(
      ...paths.flatMap((path) => {
        const item = this.items.get(path);
        if (item !== undefined)
          return [
            row(this.#href(path), [
              this.#etagProp(path),
              `<card:address-data>${escaped(item.text)}</card:address-data>`,
            ]),
          ];
        return absentInMultiget === "row"
          ? [status(this.#href(path), 404)]
          : [];
      }),
    );
  }

  #make(path: string, type: "addressbook" | "calendar"): Reply {
    if (this.collections.has(path)) return { status: 405 };
    this.collections.set(path, type);
    return { status: 201 };
  }

  #get(path: string): Reply {
    const item = this.items.get(path);
    if (item === undefined) return { status: 404 };
    const etag = this.etagOf(path);
    return {
      status: 200,
      body: item.text,
      headers: { "content-type": "text/vcard", ...(etag && { etag }) },
    };
  }

  #put({ headers, body }: Seen, path: string): Reply {
    const there = this.items.has(path);
    const match = headers["if-match"];
    if (
      there &&
      headers["if-none-match"] === "*" &&
      !this.traps.ignoresIfNoneMatch
    )
      return { status: 412 };
    if (match !== undefined && match !== this.etagOf(path))
      return { status: 412 };
    if (this.traps.putFailsInside)
      return multistatus(
        `<d:response><d:href>${path}</d:href><d:status>HTTP/1.1 409 Conflict</d:status><d:error><card:no-uid-conflict/></d:error></d:response>`,
      );
    if (!this.traps.forgets) this.put(path, body);
    const revision = this.items.get(path)?.revision ?? 0;
    const etag =
      this.traps.putEtag === "weak" ? `W/"${revision}"` : `"${revision}"`;
    return {
      status: there ? 204 : 201,
      ...(this.traps.putEtag !== "none" && { headers: { etag } }),
    };
  }

  #delete({ headers }: Seen, path: string): Reply {
    if (!this.items.has(path)) return { status: 404 };
    const match = headers["if-match"];
    if (
      match !== undefined &&
      match !== this.etagOf(path) &&
      !this.traps.deletesStale
    )
      return { status: 412 };
    this.remove(path);
    return { status: 200 };
  }

  #members(collection: string): string[] {
    return [...this.items.keys()].filter((path) => path.startsWith(collection));
  }

  #etagProp(path: string): string {
    const etag = this.etagOf(path);
    return etag === undefined ? "" : `<d:getetag>${escaped(etag)}</d:getetag>`;
  }

  #href(path: string): string {
    return hrefAs(this.traps.hrefs, path, this.url);
  }
}
