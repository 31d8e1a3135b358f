import {
  ConnectorError,
  type Login,
  type Session,
  type SessionContext,
  type StreamPort,
} from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import type { AdaptiveConcurrency } from "./dav/adaptive-concurrency.js";
import {
  findCollection,
  isOwnCollection,
  ownCollection,
} from "./dav/collection.js";
import { collectionUrl, discover, type Homes } from "./dav/discovery.js";
import type { HomesCache } from "./dav/homes-cache.js";
import { compareKey } from "./dav/href.js";
import type { Http } from "./dav/http.js";
import type { KeptFields } from "./kept-fields.js";
import { DavStreamPort } from "./stream-port.js";

export interface SessionParts {
  readonly http: Http;
  readonly login: Login;
  readonly cache: HomesCache;
  /** One for the login: its streams share a server. */
  readonly adaptive: AdaptiveConcurrency;
  readonly context: SessionContext;
  readonly kept: KeptFields;
}

/** One login at one server, for one run. */
export class DavSession implements Session {
  #discovered = false;
  #userAddresses: readonly string[] = [];

  constructor(private readonly parts: SessionParts) {}

  get requests(): number {
    return this.parts.http.requests;
  }

  /** Proves the login, unless the same one was let in within the hour. A server may know only one of the kinds. */
  async logIn(): Promise<void> {
    const { cache, login, http } = this.parts;
    const found = cache.get(login);
    if (found !== undefined) {
      // Found by discovery with these very credentials.
      for (const home of Object.values(found.homes)) http.lead(home);
      this.#userAddresses = found.addresses;
      return;
    }
    this.#discovered = true;
    try {
      await this.#discover("contacts");
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== "rejected")
        throw error;
      await this.#discover("appointments");
    }
  }

  async container(
    stream: StreamKind,
    chosen?: string,
    bound?: string,
  ): Promise<string> {
    const { http, login, cache } = this.parts;
    const wanted = chosen ?? bound;
    if (wanted !== undefined) {
      const found = await this.#find(stream, wanted);
      if (found !== undefined) return found;
      // Another one in its place would hold everything a second time.
      if (chosen !== undefined) throw chosenAbsent(stream);
    }
    const known = cache.get(login)?.homes[stream];
    if (known !== undefined) {
      try {
        return (await ownCollection(http, known, stream)).url;
      } catch (error) {
        // What was remembered may have moved; what is found now decides.
        if (!(error instanceof ConnectorError) || error.kind !== "rejected")
          throw error;
        cache.forget(login);
      }
    }
    const home = (await this.#discover(stream))[stream];
    if (home === undefined)
      throw new Error("Discovery answered without the home that it was for.");
    return (await ownCollection(http, home, stream)).url;
  }

  settled(bound: string, chosen?: string): boolean {
    const { http, login } = this.parts;
    const url = absolute(bound, login.serverUrl);
    // With each discovery, that is hourly, what is bound is looked at too: it may be a collection of another kind now.
    if (this.#discovered || !http.knows(url)) return false;
    return (
      chosen === undefined ||
      sameAddress(absolute(chosen, login.serverUrl), url)
    );
  }

  stream(stream: StreamKind, container: string): StreamPort {
    const { http, adaptive, context, login, kept } = this.parts;
    const url = collectionUrl(absolute(container, login.serverUrl));
    const own = isOwnCollection(url, stream);
    const userAddresses = this.#userAddresses;
    return new DavStreamPort(
      { stream, own, userAddresses, kept: kept.of(url) },
      ...([url, http, adaptive, context] as const),
    );
  }

  /** Connections are the connector's and outlast a run. */
  async close(): Promise<void> {}

  /** An address on another origin is asked only where discovery leads to that one. */
  async #find(stream: StreamKind, wanted: string): Promise<string | undefined> {
    const { http, login } = this.parts;
    const url = collectionUrl(absolute(wanted, login.serverUrl));
    if (!http.knows(url)) await this.#discover(stream);
    return (await findCollection(http, url, stream))?.url;
  }

  async #discover(stream: StreamKind): Promise<Homes> {
    const { http, login, cache } = this.parts;
    const { homes, addresses } = await discover(
      ...([http, login.serverUrl, stream] as const),
    );
    const known = cache.get(login);
    const all = new Set([...this.#userAddresses, ...addresses]);
    this.#userAddresses = [...all];
    cache.set(login, {
      homes: { ...known?.homes, ...homes },
      addresses: this.#userAddresses,
    });
    return homes;
  }
}

function absolute(address: string, serverUrl: string): string {
  if (URL.canParse(address, serverUrl)) return new URL(address, serverUrl).href;
  throw new ConnectorError(
    "rejected",
    "The address of the chosen collection cannot be read; choose it again.",
  );
}

/** A choice is stored as a path or a URL, what was found is a URL. */
function sameAddress(one: string, other: string): boolean {
  const [a, b] = [new URL(one), new URL(other)];
  return (
    a.origin === b.origin && compareKey(a.pathname) === compareKey(b.pathname)
  );
}

const chosenAbsent = (stream: StreamKind): ConnectorError =>
  new ConnectorError(
    "rejected",
    stream === "contacts"
      ? "The chosen collection is not there: make the address book again on the server, or choose another one or none in the settings."
      : "The chosen collection is not there: make the calendar again on the server, or choose another one or none in the settings.",
  );
