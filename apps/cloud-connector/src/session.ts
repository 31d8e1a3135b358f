import {
  ConnectorError,
  type Login,
  type Session,
  type SessionContext,
  type StreamPort,
} from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import type { AdaptiveConcurrency } from "./dav/adaptive-concurrency.js";
import { findCollection, ownCollection } from "./dav/collection.js";
import { collectionUrl, discoverHomes, type Homes } from "./dav/discovery.js";
import type { HomesCache } from "./dav/homes-cache.js";
import type { Http } from "./dav/http.js";
import { DavStreamPort } from "./stream-port.js";

export interface SessionParts {
  readonly http: Http;
  readonly login: Login;
  readonly cache: HomesCache;
  /** One for the login: its streams share a server. */
  readonly adaptive: AdaptiveConcurrency;
  readonly context: SessionContext;
}

/** One login at one server, for one run. */
export class DavSession implements Session {
  constructor(private readonly parts: SessionParts) {}

  get requests(): number {
    return this.parts.http.requests;
  }

  /** Proves the login, unless the same one was let in within the hour. A server may know only one of the kinds. */
  async logIn(): Promise<void> {
    if (this.parts.cache.get(this.parts.login) !== undefined) return;
    try {
      await this.#discover("contacts");
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== "rejected")
        throw error;
      await this.#discover("appointments");
    }
  }

  async container(stream: StreamKind, wanted?: string): Promise<string> {
    const { http, login, cache } = this.parts;
    if (wanted !== undefined && wanted !== "") {
      const url = collectionUrl(absolute(wanted, login.serverUrl));
      const found = await findCollection(http, url, stream);
      if (found !== undefined) return found.url;
    }
    const known = cache.get(login)?.[stream];
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

  stream(stream: StreamKind, container: string): StreamPort {
    const { http, adaptive, context, login } = this.parts;
    const url = collectionUrl(absolute(container, login.serverUrl));
    return new DavStreamPort(stream, url, http, adaptive, context);
  }

  /** Connections are the connector's and outlast a run. */
  async close(): Promise<void> {}

  async #discover(stream: StreamKind): Promise<Homes> {
    const { http, login, cache } = this.parts;
    const homes = await discoverHomes(http, login.serverUrl, stream);
    cache.set(login, { ...cache.get(login), ...homes });
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
