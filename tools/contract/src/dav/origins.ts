import { NoSuchPlace } from "./no-such-place.js";

/**
 * Where the login may go, by the product's own rules: to the server that was named, and to what discovery leads to from
 * there with https. What any other answer names may come from whoever may place a file on the server.
 */
export class Origins {
  readonly #known: Set<string>;

  constructor(start: string) {
    this.#known = new Set([new URL(start).origin]);
  }

  knows({ origin }: URL): boolean {
    return this.#known.has(origin);
  }

  /** The principal or a home is there (RFC 6764 section 6). @throws NoSuchPlace where that would be without https */
  lead(url: string): void {
    const to = new URL(url);
    if (this.knows(to)) return;
    if (to.protocol !== "https:")
      throw new NoSuchPlace(
        `The server names ${to.host} as its own, without https, so the login is not sent there; give the https address, or have the server name it.`,
      );
    this.#known.add(to.origin);
  }

  /**
   * Whether a redirect is followed. To an origin that is not known yet only from `.well-known`, which RFC 6764 section 5
   * has for just that, or from a host to its own https.
   */
  follows(from: URL, to: URL): boolean {
    if (from.protocol === "https:" && to.protocol !== "https:") return false;
    const onward =
      from.pathname.startsWith("/.well-known/") ||
      (from.protocol === "http:" && to.hostname === from.hostname);
    if (to.protocol === "https:" && onward) this.#known.add(to.origin);
    return this.knows(to);
  }
}
