import { ConnectorError } from "@ams-sync/connector-kit";
import { isOk } from "./answer.js";
import { BrokenAnswer } from "./broken-answer.js";
import type { CollectionAddress } from "./collection-address.js";
import { isStrong } from "./etag.js";
import { compareKey } from "./href.js";
import type { Http } from "./http.js";
import { kept } from "./kept.js";
import {
  ask,
  NAMESPACES,
  propertyNames,
  propfind,
  type Row,
} from "./multistatus.js";
import type { Stored } from "./stored.js";
import type { StreamFormat } from "./stream-format.js";
import { textOf } from "./xml.js";

export type { Stored };

interface Reading {
  readonly found: Map<string, Stored>;
  /** Items that the server answered 500 for. */
  readonly stumbled: Map<string, ConnectorError>;
}

const BATCH = 100;
/** Asked for one by one below this: halving further costs more than it saves. */
const FEW = 4;

/**
 * Reads items by multiget and, where that is not answered item by item, by GET. An absent one is not in the answer.
 */
export class ItemReader {
  constructor(
    private readonly http: Http,
    private readonly address: CollectionAddress,
    private readonly format: StreamFormat,
  ) {}

  /** As they are `kept`. */
  async readAll(
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Stored>> {
    const reading: Reading = { found: new Map(), stumbled: new Map() };
    for (let from = 0; from < ids.length; from += BATCH)
      await this.#batch(ids.slice(from, from + BATCH), reading, signal);
    await this.#again(reading, signal);
    return reading.found;
  }

  /** One item by GET: a 404 means one thing only. */
  async read(id: string, signal?: AbortSignal): Promise<Stored | undefined> {
    const answer = await this.http.send({
      method: "GET",
      url: this.address.urlOf(id),
      headers: { accept: this.format.contentType.replace(/;.*/, "") },
      ...(signal && { signal }),
    });
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (!isOk(answer)) throw this.http.refusal(answer);
    const etag = answer.headers.get("etag");
    // Missing on some, weakened by what compresses on the way: the property may have it.
    const version = isStrong(etag)
      ? etag
      : ((await this.version(id, signal)) ?? etag);
    return {
      text: answer.body,
      ...(version !== undefined && version !== "" && { version }),
    };
  }

  /** The ETag alone; undefined where the item is absent or the server tells none. */
  async version(id: string, signal?: AbortSignal): Promise<string | undefined> {
    return (await this.look(id, signal)).version;
  }

  /** `there` is undefined where the server does not answer such questions about an item. */
  async look(
    id: string,
    signal?: AbortSignal,
  ): Promise<{ there: boolean | undefined; version?: string }> {
    const answer = await propfind(
      this.http,
      this.address.urlOf(id),
      "0",
      ["d:getetag"],
      signal,
    ).catch((error: unknown) => {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.kind === "gone") return "absent" as const;
      if (error.kind === "rejected") return "unknown" as const;
      throw error;
    });
    if (answer === "unknown") return { there: undefined };
    const row = answer === "absent" ? undefined : answer.rows[0];
    if (row === undefined || isAbsent(row)) return { there: false };
    const version = textOf(row.props["getetag"]);
    return { there: true, ...(version !== "" && { version }) };
  }

  async #batch(
    ids: readonly string[],
    reading: Reading,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (ids.length === 1) return this.#each(ids, reading, signal);
    const rows = await this.#multiget(ids, signal);
    if (rows === undefined) {
      // One of six servers answers the whole report with 404 because of one absent href; others break off at an item
      // that they stumble over, or the items together are too long.
      if (ids.length <= FEW) return this.#each(ids, reading, signal);
      const middle = Math.ceil(ids.length / 2);
      await this.#batch(ids.slice(0, middle), reading, signal);
      return this.#batch(ids.slice(middle), reading, signal);
    }
    const byKey = new Map(rows.map((row) => [compareKey(row.path), row]));
    const unanswered: string[] = [];
    for (const id of ids) {
      const row = byKey.get(compareKey(id));
      const text = textOf(row?.props[this.format.dataKey]);
      if (row !== undefined && isAbsent(row)) continue;
      // Silently omitted ones are mostly absent; but what is left out for another reason must not look like that.
      if (row === undefined || text === "") unanswered.push(id);
      else reading.found.set(id, kept(storedIn(row, text)));
    }
    await this.#each(unanswered, reading, signal);
  }

  async #each(
    ids: readonly string[],
    { found, stumbled }: Reading,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (const id of ids) {
      try {
        const stored = await this.read(id, signal);
        if (stored !== undefined) found.set(id, kept(stored));
      } catch (error) {
        // A server that answers for none is down: it is not asked for all of them.
        const down = found.size === 0 && stumbled.size >= FEW;
        if (!isStumble(error) || down) throw error;
        stumbled.set(id, error);
      }
    }
  }

  /**
   * An item that the server stumbles over twice while it answers for others holds something that it cannot handle. It
   * counts as damaged: nobody may wait for it for ever, and the others not at all.
   */
  async #again(reading: Reading, signal: AbortSignal | undefined) {
    const [first] = reading.stumbled.values();
    if (first === undefined) return;
    if (reading.found.size === 0) throw first;
    const ids = [...reading.stumbled.keys()];
    reading.stumbled.clear();
    await this.#each(ids, reading, signal);
    for (const id of reading.stumbled.keys())
      reading.found.set(id, { text: "" });
  }

  /** Undefined where the report as a whole is refused. */
  async #multiget(
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Row[] | undefined> {
    const { multiget, namespace, data } = this.format;
    try {
      const answer = await ask(this.http, {
        method: "REPORT",
        url: this.address.url,
        depth: "1",
        namespace,
        signal,
        body: {
          [multiget]: {
            _attributes: NAMESPACES,
            "d:prop": propertyNames(["d:getetag", data]),
            "d:href": [...ids],
          },
        },
      });
      return answer.rows;
    } catch (error) {
      const refused =
        error instanceof BrokenAnswer ||
        (ids.length > 1 && isStumble(error)) ||
        (error instanceof ConnectorError &&
          (error.kind === "gone" || error.kind === "rejected"));
      if (refused) return undefined;
      throw error;
    }
  }
}

const isStumble = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError && error.detail.status === 500;

const isAbsent = ({ status }: Row): boolean => status === 404 || status === 410;

function storedIn(row: Row, text: string): Stored {
  const version = textOf(row.props["getetag"]);
  return { text, ...(version !== "" && { version }) };
}
