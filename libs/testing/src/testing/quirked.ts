import { request } from "undici";
import { basicAuthorization, makeAddressBook } from "../dav-collections.js";
import {
  type Imposable,
  type QuirkProxy,
  startQuirkProxy,
} from "../quirk-proxy/index.js";
import { type Radicale, startRadicale } from "../radicale.js";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Radicale behind a proxy, and an address book for each test. */
export class Quirked {
  #taken = 0;
  #book = "";

  private constructor(
    readonly radicale: Radicale,
    readonly proxy: QuirkProxy,
  ) {}

  static async start(users = 30): Promise<Quirked> {
    const radicale = await startRadicale({
      users: Array.from({ length: users }, (_, n) => ({
        name: `mueller-${n}`,
        password: "geheim",
      })),
    });
    return new Quirked(
      radicale,
      await startQuirkProxy({ target: radicale.url }),
    );
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.radicale.stop();
  }

  /** An empty address book of a user of its own, and these quirks. */
  async begin(...quirks: readonly Imposable[]): Promise<void> {
    const user = `mueller-${(this.#taken += 1)}`;
    this.#book = `/${encodeURIComponent(user)}/kontakte/`;
    await makeAddressBook({
      url: new URL(this.#book, this.radicale.url).href,
      username: user,
      password: "geheim",
    });
    this.proxy.quirks = quirks;
  }

  /** Path of the address book. */
  get book(): string {
    return this.#book;
  }

  get authorization(): string {
    return basicAuthorization({
      username: `mueller-${this.#taken}`,
      password: "geheim",
    });
  }

  /** Through the proxy. A path without a slash at its start is in the address book. */
  ask(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    return this.#send(this.proxy.url, method, path, asked);
  }

  /** Past the proxy. */
  direct(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    return this.#send(this.radicale.url, method, path, asked);
  }

  report(body: string): Promise<Answer> {
    return this.ask("REPORT", "", {
      body: `<?xml version="1.0"?>${body}`,
      headers: { depth: "1", "content-type": "application/xml" },
    });
  }

  async #send(
    base: string,
    method: string,
    path: string,
    { headers = {}, body }: Asked,
  ): Promise<Answer> {
    const url = new URL(
      path.startsWith("/") ? path : `${this.#book}${path}`,
      base,
    );
    const answer = await request(url, {
      method,
      headers: { authorization: this.authorization, ...headers },
      body: body ?? null,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: await answer.body.text(),
    };
  }
}

export const vcard = (uid: string, ...lines: readonly string[]): string =>
  [
    "BEGIN:VCARD",
    "VERSION:3.0",
    `UID:${uid}`,
    "FN:Jörg Müßig",
    "N:Müßig;Jörg;;;",
    ...lines,
    "END:VCARD",
    "",
  ].join("\r\n");

export const CREATE = { "if-none-match": "*" };

export const sync = (token: string, extra = ""): string =>
  `<d:sync-collection xmlns:d="DAV:"><d:sync-token>${token}</d:sync-token><d:sync-level>1</d:sync-level>${extra}<d:prop><d:getetag/></d:prop></d:sync-collection>`;

export const tokenOf = ({ text }: Answer): string =>
  /<(?:\w+:)?sync-token>([^<]*)</.exec(text)?.[1] ?? "";

export const hrefsOf = ({ text }: Answer): string[] =>
  [...text.matchAll(/<(?:\w+:)?href>([^<]*)</g)].map(([, href]) => href ?? "");
