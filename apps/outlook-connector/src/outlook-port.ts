import {
  type ChangesPage,
  ConnectorError,
  type Identity,
  type Item,
  type StreamPort,
  type Written,
} from "@ams-sync/connector-kit";
import type { Canonical, TimeZone } from "@ams-sync/sync-core";
import type { Feed } from "./changes/feed.js";
import { codeOf, isAbsent, isOk } from "./graph/answer.js";
import type { GraphClient } from "./graph/client.js";
import { isEntity } from "./graph/pages.js";
import type { Codec, Stored } from "./item/codec.js";
import { graphIdIn, itemIdOf } from "./item/item-id.js";
import { OwnIds } from "./item/own-ids.js";

export interface PortParts {
  readonly client: GraphClient;
  readonly codec: Codec;
  readonly feed: Feed;
  /** All that the stream uses. */
  readonly folders: readonly string[];
  /** Where an item of this own id is made. */
  readonly folderFor: (uid: string) => string;
  /** What of these items stands in others: for each the own ids of the contacts that it is linked with. */
  readonly linksOf?: (
    items: readonly Stored[],
  ) => Promise<readonly (readonly string[])[]>;
}

/** Two batches: while one is under way the next one fills. */
const AT_ONCE = 40;

/** The folders of a stream, contacts or events. */
export class OutlookPort implements StreamPort {
  readonly concurrency = AT_ONCE;
  readonly timeZone?: TimeZone;
  readonly #ownIds: ReadonlyMap<string, OwnIds>;

  constructor(private readonly parts: PortParts) {
    const { client, codec, folders } = parts;
    if (codec.timeZone !== undefined) this.timeZone = codec.timeZone;
    this.#ownIds = new Map(
      folders.map((id) => [id, new OwnIds(client, codec, id)]),
    );
  }

  async changes(token?: string): Promise<ChangesPage> {
    const { page, emptyFolders } = await this.parts.feed.changes(token);
    for (const id of emptyFolders) this.#ownIds.get(id)?.noneThere();
    return page;
  }

  async fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const wanted = [...new Set(ids)];
    const settled = await Promise.allSettled(
      wanted.map(async (id) => [id, await this.#read(id)] as const),
    );
    const read = settled.flatMap((one) => {
      if (one.status === "rejected") throw one.reason;
      const [id, stored] = one.value;
      return stored ? [{ id, stored }] : [];
    });
    const links = await this.parts.linksOf?.(read.map(({ stored }) => stored));
    return new Map(
      read.map(({ id, stored }, index) => {
        const linked = links?.[index] ?? [];
        const item = this.#itemOf(id, stored);
        return [id, linked.length > 0 ? { ...item, linked } : item];
      }),
    );
  }

  readAs(item: Item, believed: Canonical, zone?: string): Item {
    if (item.obstacle !== undefined) return item;
    const { canonical, unclear } = this.parts.codec.read(
      ...([storedIn(item), believed, zone] as const),
    );
    return { ...item, canonical, ...(unclear && { unclear }) };
  }

  /** Graph gives the ids: known is what a create or a search of this session found. */
  addressOf({ uid }: Identity): string | undefined {
    const folder = this.parts.folderFor(uid);
    const id = this.#ownIds.get(folder)?.known(uid);
    return id === undefined ? undefined : itemIdOf(folder, id);
  }

  holds(id: string): boolean {
    return this.#placeOf(id) !== undefined;
  }

  async create({ uid }: Identity, canonical: Canonical): Promise<Written> {
    const { client, codec } = this.parts;
    const folder = this.parts.folderFor(uid);
    const ownIds = this.#ownIds.get(folder);
    if (!ownIds) throw new Error("The stream does not use this folder.");
    const until = this.#until();
    for (let attempt = 0; ; attempt += 1) {
      if ((await ownIds.find(uid, until)) !== undefined) throw thereAlready();
      const body = codec.create(uid, canonical, attempt && client.now());
      ownIds.unsure(uid);
      const answer = await client.ask({
        ...{ method: "POST", path: codec.items(folder), body, until },
      });
      const stored = isOk(answer) ? answer.body : undefined;
      if (isEntity(stored)) {
        ownIds.set(uid, stored.id ?? "");
        return writtenTo(itemIdOf(folder, stored.id ?? ""), stored);
      }
      // Only a server's own fault leaves open whether it was carried out.
      if (answer.status < 500) ownIds.refused(uid);
      const spent = codeOf(answer) === "ErrorDuplicateTransactionId";
      if (!spent || attempt > 0) throw client.refusal(answer);
    }
  }

  async update(current: Item, canonical: Canonical): Promise<Written> {
    const { client, codec } = this.parts;
    const { id, version } = current;
    const body = codec.update(storedIn(current), canonical, current.canonical);
    if (body === undefined)
      return { id, ...(version !== undefined && { version }) };
    const answer = await client.ask({
      ...{ method: "PATCH", path: this.#pathOf(id), body },
      ...{ until: this.#until(), ifMatch: etagOf(version) },
    });
    const { body: stored } = client.successOf(answer);
    return writtenTo(id, isEntity(stored) ? stored : {});
  }

  async delete(id: string, version?: string): Promise<void> {
    const { client } = this.parts;
    const place = this.#placeOf(id);
    if (!place) return;
    const answer = await client.ask({
      ...{ method: "DELETE", path: this.#pathOf(id) },
      ...{ until: this.#until(), ifMatch: etagOf(version) },
    });
    if (!isAbsent(answer)) client.successOf(answer);
    this.#ownIds.get(place.folder)?.forget(place.graphId);
  }

  normalize(canonical: Canonical): Canonical {
    return this.parts.codec.normalize(canonical);
  }

  async #read(id: string): Promise<Stored | undefined> {
    const { client, codec } = this.parts;
    const place = this.#placeOf(id);
    if (!place) return undefined;
    const path = `${this.#pathOf(id)}?${codec.query}`;
    const { prefer } = codec;
    const answer = await client.ask({ method: "GET", path, prefer });
    const stored = isAbsent(answer) ? undefined : client.successOf(answer).body;
    // In the waste basket an item can still be read.
    const elsewhere =
      isEntity(stored) &&
      typeof stored.parentFolderId === "string" &&
      stored.parentFolderId !== place.folder;
    if (isEntity(stored) && !elsewhere) return stored;
    this.#ownIds.get(place.folder)?.forget(place.graphId);
    return undefined;
  }

  #itemOf(id: string, stored: Stored): Item {
    return {
      id,
      ...this.parts.codec.read(stored),
      ...(stored.changeKey && { version: stored.changeKey }),
      raw: new Raw(stored),
    };
  }

  #placeOf(id: string) {
    for (const folder of this.parts.folders) {
      const graphId = graphIdIn(folder, id);
      if (graphId !== undefined) return { folder, graphId };
    }
    return undefined;
  }

  #pathOf(id: string): string {
    const place = this.#placeOf(id);
    if (!place) throw new Error("The stream does not use this item's folder.");
    const { folder, graphId } = place;
    return `${this.parts.codec.items(folder)}/${encodeURIComponent(graphId)}`;
  }

  /** A write with what it asks before has to be through by then, or must not be begun. */
  #until(): number {
    return performance.now() + this.parts.client.timeoutMs;
  }
}

class Raw {
  constructor(readonly stored: Stored) {}
}

function storedIn({ raw }: Item): Stored {
  if (raw instanceof Raw) return raw.stored;
  throw new Error("This item was not read by the Outlook connector.");
}

const writtenTo = (id: string, { changeKey }: Stored): Written => ({
  id,
  ...(changeKey && { version: changeKey }),
});

const etagOf = (version: string | undefined): string | undefined =>
  version === undefined ? undefined : `W/"${version}"`;

const thereAlready = (): ConnectorError =>
  new ConnectorError(
    "precondition",
    "The item is there already in Outlook; it is read.",
  );
