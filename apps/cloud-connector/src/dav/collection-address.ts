import { compareKey, memberName } from "./href.js";

/** Turns names, hrefs and ids of one collection's items into one another. An id is an absolute path. */
export class CollectionAddress {
  readonly #url: URL;

  /** `url` ends with a slash. */
  constructor(
    url: string,
    private readonly extension: string,
  ) {
    this.#url = new URL(url);
  }

  get url(): string {
    return this.#url.href;
  }

  /** Own names are of `[A-Za-z0-9-]`, which no server encodes in a way of its own. */
  idOf(uid: string): string {
    return `${this.#url.pathname}${uid}${this.extension}`;
  }

  /**
   * The id of a member of the collection: a foreign one as the server names it, an own one always in the same way, as
   * links and `idOf` have it. Undefined for the collection itself, what lies in a folder of it or elsewhere.
   */
  idAt(path: string): string | undefined {
    const name = memberName(path, this.#url.pathname);
    if (name === undefined) return undefined;
    return /^[A-Za-z0-9-]+\.(vcf|ics)$/.test(name)
      ? `${this.#url.pathname}${name}`
      : path;
  }

  urlOf(id: string): string {
    return new URL(id, this.#url).href;
  }

  isCollection(path: string): boolean {
    return compareKey(path) === compareKey(this.#url.pathname);
  }
}
