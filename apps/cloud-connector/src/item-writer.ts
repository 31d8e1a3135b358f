import {
  ConnectorError,
  type Identity,
  type Item,
  type WriteOptions,
  type Written,
} from "@ams-sync/connector-kit";
import type { Canonical } from "@ams-sync/sync-core";
import type { AfterWrite } from "./after-write.js";
import type { Codec } from "./codec.js";
import type { AdaptiveConcurrency } from "./dav/adaptive-concurrency.js";
import { type Changed, sendChange } from "./dav/change-request.js";
import type { CollectionAddress } from "./dav/collection-address.js";
import { isStrong, sameVersion } from "./dav/etag.js";
import type { Http } from "./dav/http.js";
import type { ItemReader, Stored } from "./dav/items.js";
import { paced } from "./dav/pace.js";
import type { StreamFormat } from "./dav/stream-format.js";
import { isCut, textOf } from "./item-text.js";

interface How extends WriteOptions {
  readonly signal: AbortSignal;
}

export interface WriterParts {
  readonly http: Http;
  readonly address: CollectionAddress;
  readonly format: StreamFormat;
  readonly codec: Codec;
  readonly reader: ItemReader;
  readonly concurrency: AdaptiveConcurrency;
  readonly after: AfterWrite;
}

/** Conditional writes, each with its repetition and reading back in the time of one request: the lease counts on it. */
export class ItemWriter {
  /** One of six servers ignores `If-None-Match: *`: once seen, it is looked before each create. */
  #overwrites = false;

  constructor(private readonly parts: WriterParts) {}

  create(
    identity: Identity,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written> {
    return this.#inTime((signal) =>
      this.#create(identity, canonical, { ...how, signal }),
    );
  }

  update(
    current: Item,
    canonical: Canonical,
    how?: WriteOptions,
  ): Promise<Written> {
    return this.#inTime((signal) =>
      this.#update(current, canonical, { ...how, signal }),
    );
  }

  delete(id: string, version: string | undefined): Promise<void> {
    return this.#inTime((signal) => this.#delete(id, version, signal));
  }

  #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { http } = this.parts;
    return http.within(http.timeoutMs, work);
  }

  async #create(
    { uid }: Identity,
    canonical: Canonical,
    how: How,
  ): Promise<Written> {
    const { signal } = how;
    const { address, codec } = this.parts;
    const id = address.idOf(uid);
    if (this.#overwrites && (await this.parts.reader.look(id, signal)).there)
      throw alreadyThere();
    const changed = await this.#put(
      id,
      codec.create(uid, canonical),
      { "if-none-match": "*" },
      signal,
    );
    if (changed.refusal !== undefined) {
      if (isConflict(changed)) {
        const stored = await this.#ifOurs(id, canonical, changed, signal);
        if (stored !== undefined) return written(id, stored.version);
        // 409, 403 or an error in a 207, for the same UID at this very address as well as at another one.
        const { there } = await this.parts.reader.look(id, signal);
        if (there === true) throw alreadyThere();
        await this.#collectionThere(changed, signal);
      }
      throw changed.refusal;
    }
    // RFC 9110 section 9.3.4: what was created is answered with 201.
    if (changed.answer.status !== 201) this.#overwrites = true;
    return this.parts.after.remember(id, canonical, changed, how);
  }

  async #update(
    current: Item,
    canonical: Canonical,
    how: How,
  ): Promise<Written> {
    const { signal } = how;
    const { codec } = this.parts;
    const { id } = current;
    const base =
      isStrong(current.version) && !isCut(current)
        ? { text: textOf(current), version: current.version }
        : await this.#unchanged(current, signal);
    const text = codec.update(base.text, canonical, current.canonical);
    if (text === base.text) return written(id, base.version);
    const changed = await this.#put(
      id,
      text,
      isStrong(base.version) ? { "if-match": base.version } : {},
      signal,
    );
    if (changed.refusal !== undefined) {
      const stored = await this.#ifOurs(id, canonical, changed, signal);
      if (stored !== undefined) return written(id, stored.version);
      await this.#collectionThere(changed, signal);
      throw changed.refusal;
    }
    return this.parts.after.remember(id, canonical, changed, how);
  }

  async #delete(
    id: string,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { http, address, concurrency, format, reader } = this.parts;
    const condition = isStrong(version) ? { "if-match": version } : {};
    // One of six servers deletes whatever `If-Match` says.
    if (version !== undefined) {
      const now = await reader.look(id, signal);
      if (now.there === false) return;
      if (now.version !== undefined && !sameVersion(now.version, version))
        throw changedThere();
    }
    const { refusal } = await paced(concurrency, () =>
      sendChange(http, {
        method: "DELETE",
        url: address.urlOf(id),
        headers: { ...format.onDelete, ...condition },
        signal,
      }),
    );
    if (refusal !== undefined && refusal.kind !== "gone") throw refusal;
  }

  #put(
    id: string,
    body: string,
    condition: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Changed> {
    const { http, address, format, concurrency } = this.parts;
    return paced(concurrency, () =>
      sendChange(http, {
        method: "PUT",
        url: address.urlOf(id),
        headers: { "content-type": format.contentType, ...condition },
        body,
        signal,
      }),
    );
  }

  /** The answer to the first sending may be what got lost: then its effect makes the second one fail. */
  async #ifOurs(
    id: string,
    canonical: Canonical,
    { answer }: Changed,
    signal: AbortSignal,
  ): Promise<Stored | undefined> {
    if (!answer.repeated) return undefined;
    const stored = await this.parts.reader.read(id, signal);
    return stored !== undefined && this.parts.after.holds(stored, canonical)
      ? stored
      : undefined;
  }

  /** RFC 4918 section 9.7.1: 409 also where the collection is missing, and that is no fault of the item. */
  async #collectionThere({ answer }: Changed, signal: AbortSignal) {
    if (answer.status !== 409) return;
    const { reader, address } = this.parts;
    if ((await reader.look(address.url, signal)).there === false)
      throw new ConnectorError(
        "transient",
        "The collection is not there any more; the next run finds or makes it.",
        { status: answer.status },
      );
  }

  /**
   * For servers without strong ETags the comparison that `If-Match` would make, of what is mapped; of an item that was
   * cut all of it.
   */
  async #unchanged(current: Item, signal: AbortSignal): Promise<Stored> {
    const stored = await this.parts.reader.read(current.id, signal);
    if (stored === undefined)
      throw new ConnectorError("gone", "The item is not there any more.");
    const same =
      isStrong(stored.version) && isStrong(current.version)
        ? sameVersion(stored.version, current.version)
        : this.parts.after.holds(stored, current.canonical);
    if (!same) throw changedThere();
    return stored;
  }
}

const written = (id: string, version?: string): Written => ({
  id,
  ...(version !== undefined && { version }),
});

const isConflict = ({ answer, conditions }: Changed): boolean =>
  [403, 409, 412].includes(answer.status) || conditions.has("no-uid-conflict");

const alreadyThere = (): ConnectorError =>
  new ConnectorError("precondition", "The item is there already; it is read.");

const changedThere = (): ConnectorError =>
  new ConnectorError(
    "precondition",
    "The item was changed there meanwhile; it is read again.",
  );
