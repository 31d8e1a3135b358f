import {
  ConnectorError,
  type ReadBack,
  type Unread,
  type WriteOptions,
  type Written,
} from "@ams-sync/connector-kit";
import type { Canonical, Fields } from "@ams-sync/sync-core";
import type { Codec } from "./codec.js";
import type { Changed } from "./dav/change-request.js";
import { isStrong, sameVersion } from "./dav/etag.js";
import type { ItemReader, Stored } from "./dav/items.js";
import type { KeptIn } from "./kept-fields.js";
import { sameFields } from "./same-fields.js";

interface How extends WriteOptions {
  readonly signal: AbortSignal;
}

interface Held {
  readonly held: Fields;
  /** Fields of which it says several things: `held` has what was sent. */
  readonly unclear: readonly string[];
}

/** What a write left behind: its version, and what of it the server did not keep. */
export class AfterWrite {
  constructor(
    private readonly codec: Codec,
    private readonly reader: ItemReader,
    private readonly kept: KeptIn,
  ) {}

  /**
   * A strong ETag promises that the very octets were stored (RFC 4791 section 5.3.4), and servers name one that store
   * less. So it is believed where the fields were seen to be kept; the first write with a field is read back, and
   * those beside it wait for what that shows. Without a version where none can be told for sure: the item is read next
   * time.
   */
  async remember(
    id: string,
    canonical: Canonical,
    { answer }: Changed,
    { signal, readBackLater }: How,
  ): Promise<Written> {
    const { kept } = this;
    const etag = answer.headers.get("etag") ?? undefined;
    const told = isStrong(etag) && answer.status !== 207 ? etag : undefined;
    const names = Object.keys(this.#sent(canonical));
    while (told !== undefined) {
      const conduct = kept.of(names);
      if (conduct === "kept") return { id, version: told };
      if (conduct === "unknown")
        return kept.prove(names, () => this.#look(id, canonical, signal, told));
      if (conduct === "doubtful" || signal.aborted) break;
      await kept.proven(names, signal);
    }
    return readBackLater
      ? { id, unread: true }
      : this.#look(id, canonical, signal, told);
  }

  async readBack(
    writes: readonly Unread[],
  ): Promise<ReadonlyMap<string, ReadBack>> {
    const stored = await this.reader.readAll(writes.map(({ id }) => id));
    return new Map(
      writes.map(({ id, canonical }) => {
        const found = stored.get(id);
        return [
          id,
          found
            ? { there: true, ...this.#left(found, canonical) }
            : { there: false },
        ] as const;
      }),
    );
  }

  holds(stored: Stored, canonical: Canonical): boolean {
    const read = this.#held(stored, canonical);
    return read !== undefined && sameFields(read.held, this.#sent(canonical));
  }

  async #look(
    id: string,
    canonical: Canonical,
    signal: AbortSignal,
    told: string | undefined,
  ): Promise<Written> {
    let stored: Stored | undefined;
    try {
      stored = await this.reader.read(id, signal);
    } catch (error) {
      // It is stored; version and fields stay unknown.
      if (error instanceof ConnectorError)
        return { id, unkept: Object.keys(this.#sent(canonical)) };
      throw error;
    }
    if (stored === undefined)
      throw new ConnectorError(
        "rejected",
        "The server says that it stored the item, and it is not there; ask the provider of the server.",
      );
    return { id, ...this.#left(stored, canonical, told) };
  }

  /** The version only of bytes that were read, and only where they are what was written, but for what is not kept. */
  #left(
    stored: Stored,
    canonical: Canonical,
    told?: string,
  ): Pick<Written, "version" | "unkept"> {
    const { version } = stored;
    const sent = this.#sent(canonical);
    const names = Object.keys(sent);
    const read = this.#held(stored, canonical);
    const { held = {}, unclear = [] } = read ?? {};
    const isUnclear = (name: string) => unclear.includes(name);
    const unkept = names.filter(
      (name) => held[name] === undefined || isUnclear(name),
    );
    const another =
      told !== undefined && isStrong(version) && !sameVersion(version, told);
    // What somebody else has written meanwhile tells nothing of the server.
    if (another || read === undefined) this.kept.doubt(names);
    else {
      // Of several values the one that was sent may be missing, or be told from the others by nobody.
      this.kept.doubt(names.filter(isUnclear));
      this.kept.learn(
        names.filter((name) => !isUnclear(name)),
        unkept,
      );
    }
    const excused = unkept.map((name) => [name, sent[name]] as const);
    const asSent =
      !names.some(isUnclear) &&
      sameFields({ ...held, ...Object.fromEntries(excused) }, sent);
    return {
      ...(version !== undefined && asSent && { version }),
      ...(unkept.length > 0 && { unkept }),
    };
  }

  #sent(canonical: Canonical): Fields {
    return this.codec.normalize(canonical).fields;
  }

  /** Undefined where the item cannot be read. */
  #held(stored: Stored, believed: Canonical): Held | undefined {
    try {
      const read = this.codec.read(stored.text, believed);
      const { canonical, obstacle, unclear = [] } = read;
      return obstacle === undefined
        ? { held: canonical.fields, unclear }
        : undefined;
    } catch (error) {
      if (error instanceof ConnectorError) return undefined;
      throw error;
    }
  }
}
