import { XMLParser } from "fast-xml-parser";

export interface DavLogin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export interface DavItem {
  readonly url: string;
  readonly etag: string;
  readonly text: string;
}

export interface DavCollection {
  readonly url: string;
  readonly kind: "address book" | "calendar";
  readonly name: string;
}

type Xml = string | { readonly [name: string]: Xml } | readonly Xml[];

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === "response" || name === "propstat",
});

/**
 * Reads a DAV server with plain WebDAV requests, so that what the product wrote
 * is checked by something that shares no code with it.
 */
export class DavReader {
  constructor(private readonly login: DavLogin) {}

  /** Address books and calendars of the login, found as RFC 6764 section 6 says. */
  async collections(): Promise<DavCollection[]> {
    const principal = await this.principal();
    const found: DavCollection[] = [];
    for (const home of ["addressbook-home-set", "calendar-home-set"]) {
      const homeUrl = await this.hrefOf(principal, home);
      for (const row of await this.propfind(
        homeUrl,
        "1",
        "<resourcetype/><displayname/>",
      )) {
        const types = Object.keys(asObject(row.prop["resourcetype"]));
        const kind = types.includes("addressbook")
          ? "address book"
          : types.includes("calendar")
            ? "calendar"
            : undefined;
        if (!kind || found.some(({ url }) => url === row.url)) continue;
        found.push({
          url: row.url,
          kind,
          name: textOf(row.prop["displayname"]),
        });
      }
    }
    return found;
  }

  /** Named by the address itself, or by where `.well-known` leads. */
  private async principal(): Promise<string> {
    const { url } = this.login;
    for (const address of [url, new URL("/.well-known/carddav", url).href])
      try {
        return await this.hrefOf(address, "current-user-principal");
      } catch (error) {
        if (error instanceof LoginRefused || error instanceof Unreachable)
          throw error;
      }
    throw new Error(
      "No CalDAV/CardDAV server answers at this address; give the address that other programs use, often one like https://host/dav/.",
    );
  }

  /** How many items a collection lists. */
  async count(collection: string): Promise<number> {
    return (await this.listed(collection)).length;
  }

  /** Every item of a collection, each read by itself. */
  async items(collection: string): Promise<DavItem[]> {
    const items: DavItem[] = [];
    for (const url of await this.listed(collection)) {
      const item = await this.item(url);
      if (item) items.push(item);
    }
    return items;
  }

  /** Addresses of the items of a collection. */
  async listed(collection: string): Promise<string[]> {
    const rows = await this.propfind(
      collection,
      "1",
      "<getetag/><resourcetype/>",
    );
    return rows
      .filter(({ prop }) => !("collection" in asObject(prop["resourcetype"])))
      .map(({ url }) => url);
  }

  /** One item, or undefined where there is none. */
  async item(url: string): Promise<DavItem | undefined> {
    const answer = await this.send("GET", url);
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`GET answered ${answer.status}`);
    return {
      url,
      etag: answer.headers.get("etag") ?? "",
      text: await answer.text(),
    };
  }

  private async hrefOf(url: string, property: string): Promise<string> {
    const body =
      property === "current-user-principal"
        ? `<${property}/>`
        : `<C:${property} xmlns:C="urn:ietf:params:xml:ns:${property.startsWith("addressbook") ? "carddav" : "caldav"}"/>`;
    const [row] = await this.propfind(url, "0", body);
    const href = textOf(asObject(row?.prop[property])["href"]);
    if (href === "") throw new Error(`the server names no ${property}`);
    return new URL(href, url).href;
  }

  private async propfind(
    url: string,
    depth: "0" | "1",
    props: string,
  ): Promise<{ url: string; prop: Readonly<Record<string, Xml>> }[]> {
    const answer = await this.send(
      "PROPFIND",
      url,
      `<?xml version="1.0"?><propfind xmlns="DAV:"><prop>${props}</prop></propfind>`,
      { depth, "content-type": "application/xml" },
    );
    if (answer.status === 401) throw new LoginRefused(this.login);
    if (answer.status !== 207) {
      throw new Error(`PROPFIND answered ${answer.status}`);
    }
    const tree: Xml = parser.parse(await answer.text());
    const responses = asObject(asObject(tree)["multistatus"])["response"];
    return asArray(responses).map((response) => {
      const good = asArray(asObject(response)["propstat"]).find((propstat) =>
        textOf(asObject(propstat)["status"]).includes(" 200"),
      );
      return {
        url: new URL(textOf(asObject(response)["href"]), url).href,
        prop: asObject(asObject(good)["prop"]),
      };
    });
  }

  private async send(
    method: string,
    url: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const basic = Buffer.from(
      `${this.login.username}:${this.login.password}`,
    ).toString("base64");
    try {
      return await fetch(url, {
        method,
        headers: { authorization: `Basic ${basic}`, ...headers },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(20_000),
      });
    } catch (error) {
      throw new Unreachable(url, error);
    }
  }
}

/** No answer at all; what `fetch` throws says only that it failed, and its cause why. */
class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor(url: string, error: unknown) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const why =
      cause instanceof Error
        ? "code" in cause && typeof cause.code === "string"
          ? cause.code
          : cause.message
        : String(cause);
    super(
      `${new URL(url).host} cannot be reached (${why}). Check the address, the network and, for https, the server's certificate.`,
      { cause: error },
    );
  }
}

export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
  constructor({ url, username }: DavLogin) {
    super(
      `${new URL(url).host} does not accept the user name ${username} with this password. Some providers want an app password.`,
    );
  }
}

const asObject = (xml: Xml | undefined): Readonly<Record<string, Xml>> =>
  typeof xml === "object" && !Array.isArray(xml)
    ? (xml as Readonly<Record<string, Xml>>)
    : {};

const asArray = (xml: Xml | undefined): readonly Xml[] =>
  Array.isArray(xml) ? xml : [];

const textOf = (xml: Xml | undefined): string =>
  typeof xml === "string" ? xml : "";
