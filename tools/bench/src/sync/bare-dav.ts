import type { DavLogin } from "@ams-sync/proof";
import { Agent } from "undici";

export interface BareAnswer {
  readonly status: number;
  readonly text: string;
  readonly etag: string | undefined;
}

/** A card as it lies on a server. */
export interface Card {
  /** Name of the file, with its ending. */
  readonly name: string;
  readonly text: string;
}

/** The least that a client can do: requests over kept connections and nothing around them. */
export class BareDav {
  readonly #agent = new Agent();
  readonly #authorization: string;

  constructor({ username, password }: DavLogin) {
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }

  async send(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<BareAnswer> {
    const { origin, pathname } = new URL(url);
    const answer = await this.#agent.request({
      origin,
      path: pathname,
      method,
      headers: { ...headers, authorization: this.#authorization },
      body: body ?? null,
    });
    const text = await answer.body.text();
    const { etag } = answer.headers;
    return {
      status: answer.statusCode,
      text,
      etag: Array.isArray(etag) ? etag[0] : etag,
    };
  }

  /** @throws where the server does not take it */
  async put(
    url: string,
    text: string,
    condition: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const { status } = await this.send(
      "PUT",
      url,
      { "content-type": "text/vcard; charset=utf-8", ...condition },
      text,
    );
    if (status >= 300) throw new Error(`PUT answered ${status}.`);
  }

  /** hrefs and ETags of all items, as most clients ask for them. */
  async list(collection: string): Promise<void> {
    await this.#ask(
      "PROPFIND",
      collection,
      { depth: "1" },
      `<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>`,
    );
  }

  /** What changed since the token (RFC 6578). @returns the new token */
  async changes(collection: string, token: string): Promise<string> {
    const text = await this.#ask(
      "REPORT",
      collection,
      {},
      `<sync-collection xmlns="DAV:"><sync-token>${token}</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`,
    );
    const found = /sync-token[^>]*>([^<]+)</.exec(text)?.[1];
    if (found === undefined) throw new Error("REPORT answered no token.");
    return found;
  }

  /** Creates all, so many at a time. */
  async putAll(
    collection: string,
    cards: readonly Card[],
    concurrency: number,
  ): Promise<void> {
    const left = cards.values();
    const one = async (): Promise<void> => {
      // Every loop takes from the same iterator.
      for (const { name, text } of left)
        await this.put(new URL(name, collection).href, text, {
          "if-none-match": "*",
        });
    };
    await Promise.all(Array.from({ length: concurrency }, one));
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #ask(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<string> {
    const { status, text } = await this.send(
      method,
      url,
      { "content-type": "application/xml", ...headers },
      body,
    );
    if (status !== 207) throw new Error(`${method} answered ${status}.`);
    return text;
  }
}
