import {
  type ChangesPage,
  ConnectorError,
  type Identity,
  type Item,
  type ReadBack,
  type StreamPort,
  type Unread,
  type WriteOptions,
  type Written,
} from "@ams-sync/connector-kit";
import { isTimeZone } from "@ams-sync/sync-core";
import type { Canonical, StreamKind, TimeZone } from "@ams-sync/sync-core";
import { AfterWrite } from "./after-write.js";
import { type CodecContext, type Codec, codecOf } from "./codec.js";
import type { AdaptiveConcurrency } from "./dav/adaptive-concurrency.js";
import { changesSince } from "./dav/changes.js";
import { CollectionAddress } from "./dav/collection-address.js";
import type { Http } from "./dav/http.js";
import { ItemReader, type Stored } from "./dav/items.js";
import { STREAM_FORMATS } from "./dav/stream-format.js";
import { Cut, textOf } from "./item-text.js";
import { ItemWriter } from "./item-writer.js";
import type { KeptIn } from "./kept-fields.js";

/** What is known of a collection besides its address. */
export interface CollectionFacts {
  readonly stream: StreamKind;
  readonly own: boolean;
  readonly userAddresses: readonly string[];
  readonly kept: KeptIn;
}

/** One collection of a CalDAV/CardDAV server. Ids are absolute paths. */
export class DavStreamPort implements StreamPort {
  readonly #address: CollectionAddress;
  readonly #codec: Codec;
  readonly #reader: ItemReader;
  readonly #writer: ItemWriter;
  readonly #after: AfterWrite;
  /** Ids that the server listed in this session and that nobody removed since. */
  readonly #listed = new Set<string>();

  readonly own: boolean;
  readonly userAddresses: readonly string[];
  readonly timeZone?: TimeZone;

  /** `container` is the collection's URL and ends with a slash. */
  constructor(
    { stream, own, userAddresses, kept }: CollectionFacts,
    container: string,
    private readonly http: Http,
    private readonly adaptive: AdaptiveConcurrency,
    context: CodecContext,
  ) {
    const format = STREAM_FORMATS[stream];
    this.own = own;
    this.userAddresses = userAddresses;
    if (stream === "appointments") this.timeZone = context.timeZone;
    this.#address = new CollectionAddress(container, format.extension);
    this.#codec = codecOf(stream, context);
    this.#reader = new ItemReader(http, this.#address, format);
    this.#after = new AfterWrite(this.#codec, this.#reader, kept);
    this.#writer = new ItemWriter({
      http,
      format,
      concurrency: adaptive,
      address: this.#address,
      codec: this.#codec,
      reader: this.#reader,
      after: this.#after,
    });
  }

  get concurrency(): number {
    return this.adaptive.room;
  }

  async changes(token?: string): Promise<ChangesPage> {
    const page = await changesSince(
      { http: this.http, address: this.#address },
      token,
    );
    for (const { id, gone } of page.changes)
      if (gone) this.#listed.delete(id);
      else this.#listed.add(id);
    return page;
  }

  async fetch(ids: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const wanted = [...new Set(ids)];
    const stored = await this.#reader.readAll(wanted);
    for (const id of wanted) if (!stored.has(id)) this.#listed.delete(id);
    return new Map(
      [...stored].map(([id, one]) => [id, this.#itemOf(id, one)] as const),
    );
  }

  readAs(item: Item, believed: Canonical, zone?: string): Item {
    if (item.obstacle !== undefined) return item;
    const { canonical, unclear } = this.#codec.read(
      ...([textOf(item), believed, zoneNamed(zone)] as const),
    );
    return { ...item, canonical, ...(unclear && { unclear }) };
  }

  addressOf({ uid }: Identity): string {
    return this.#address.idOf(uid);
  }

  holds(id: string): boolean {
    return this.#address.idAt(id) !== undefined;
  }

  async create(
    identity: Identity,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written> {
    const id = this.addressOf(identity);
    // Known without asking; and there are servers that would overwrite it.
    if (this.#listed.has(id))
      throw new ConnectorError(
        "precondition",
        "The item is there already; it is read.",
      );
    const written = await this.#writer.create(identity, canonical, how);
    this.#listed.add(id);
    return written;
  }

  update(
    current: Item,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written> {
    return this.#writer.update(current, canonical, how);
  }

  readBack(writes: readonly Unread[]): Promise<ReadonlyMap<string, ReadBack>> {
    return this.#after.readBack(writes);
  }

  async delete(id: string, version?: string): Promise<void> {
    await this.#writer.delete(id, version);
    this.#listed.delete(id);
  }

  normalize(canonical: Canonical): Canonical {
    return this.#codec.normalize(canonical);
  }

  #itemOf(id: string, { text, version, cut }: Stored): Item {
    return {
      id,
      ...this.#codec.read(text),
      raw: cut ? new Cut(text) : text,
      ...(version !== undefined && { version }),
    };
  }
}

const zoneNamed = (name: string | undefined): TimeZone | undefined =>
  name !== undefined && isTimeZone(name) ? name : undefined;
