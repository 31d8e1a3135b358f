import type {
  Log,
  Session,
  SessionContext,
  StreamPort,
  StreamToldOf,
} from "@ams-sync/connector-kit";
import type { StreamKind } from "@ams-sync/sync-core";
import { contactFeed } from "./changes/contact-feed.js";
import { parseToken } from "./changes/delta-token.js";
import { eventFeed, type EventWindow } from "./changes/event-feed.js";
import { Feed } from "./changes/feed.js";
import { contactCodec } from "./contact/contact-codec.js";
import { eventCodec } from "./event/event-codec.js";
import { linkedContacts } from "./event/linked-contacts.js";
import { Folders } from "./folders.js";
import type { GraphClient } from "./graph/client.js";
import { OutlookPort } from "./outlook-port.js";
import {
  absent,
  addressOf,
  APART,
  foldersOf,
  parsePlaces,
  type Places,
} from "./places.js";

import type { Addresses } from "./watch/address.js";
import { Watch } from "./watch/watch.js";

/** How Graph is asked to tell of changes. */
export interface WatchedBy {
  readonly addresses: Addresses;
  readonly log: Log;
}

/** One mailbox, for one run. */
export class OutlookSession implements Session {
  readonly #folders: Folders;

  constructor(
    private readonly client: GraphClient,
    private readonly context: SessionContext,
    private readonly window: EventWindow,
    /** Missing: it cannot. */
    private readonly watchedBy?: WatchedBy,
  ) {
    this.#folders = new Folders(client);
  }

  get requests(): number {
    return this.client.requests;
  }

  async container(
    stream: StreamKind,
    chosen?: string,
    bound?: string,
  ): Promise<string> {
    const wanted = parsePlaces(stream, chosen ?? "");
    for (const id of foldersOf(wanted))
      if (!(await this.#folders.has(stream, id))) throw absent(stream);
    const main = wanted.main ?? (await this.#usual(stream, bound));
    return addressOf(stream, { main, apart: wanted.apart });
  }

  settled(bound: string, chosen?: string): boolean {
    return chosen === undefined ? true : isMetBy(chosen, bound);
  }

  stream(
    stream: StreamKind,
    container: string,
    told: StreamToldOf = {},
  ): StreamPort {
    const { client, window, context } = this;
    const { timeZone, now } = context;
    const places = parsePlaces(stream, container);
    const folders = foldersOf(places);
    const contacts = stream === "contacts";
    return new OutlookPort({
      client,
      folders,
      codec: contacts ? contactCodec(timeZone) : eventCodec(timeZone),
      feed: new Feed(
        client,
        contacts ? contactFeed : eventFeed(client, window),
        folders,
        now,
        this.#watch(stream, folders, told.unwatched === true),
      ),
      ...(!contacts && { linksOf: (items) => linkedContacts(client, items) }),
      folderFor: (uid) => this.#folderFor(places, uid),
    });
  }

  async callOff(stream: StreamKind, token?: string): Promise<void> {
    const watch = this.#watch(stream, [], false);
    await watch?.callOff(token === undefined ? undefined : watchIn(token));
  }

  /** Connections are the connector's and outlast a run. */
  async close(): Promise<void> {}

  #watch(
    stream: StreamKind,
    folders: readonly string[],
    unwatched: boolean,
  ): Watch | undefined {
    const { client, watchedBy } = this;
    const { account, now } = this.context;
    if (!watchedBy || !account) return undefined;
    const addressee = { account, stream };
    return new Watch({
      ...{ ...watchedBy, client, addressee, folders, now, unwatched },
    });
  }

  async #usual(stream: StreamKind, bound?: string): Promise<string> {
    const before =
      bound === undefined ? undefined : parsePlaces(stream, bound).main;
    const there =
      before !== undefined && (await this.#folders.has(stream, before));
    return there ? before : this.#folders.own(stream);
  }

  #folderFor({ main = "", apart }: Places, uid: string): string {
    const kind = APART.find((one) => one === this.context.kindOf?.(uid));
    return (kind && apart[kind]) ?? main;
  }
}

/** Of a token that cannot be read nothing is known. */
function watchIn(token: string) {
  try {
    return parseToken(token).watch;
  } catch {
    return undefined;
  }
}

/** What the user chose is part of what is used, and nothing else is apart. */
function isMetBy(chosen: string, bound: string): boolean {
  const stream = bound.startsWith("/calendars/") ? "appointments" : "contacts";
  const [wanted, used] = [
    parsePlaces(stream, chosen),
    parsePlaces(stream, bound),
  ];
  const main = wanted.main ?? used.main ?? "";
  return (
    addressOf(stream, { main, apart: wanted.apart }) ===
    addressOf(stream, { main: used.main ?? "", apart: used.apart })
  );
}
