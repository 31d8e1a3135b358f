import { recordIn } from "./record-marks.js";

/** A request that the server has answered. */
export interface Carried {
  readonly method: string;
  /** With its leading slash; its first part is the user. */
  readonly path: string;
  readonly body: string;
  readonly status: number;
}

/**
 * Follows what lies on a server by each write that it carries out, so that two items for one record are seen even if they
 * are there for a moment only. Everything that is written has to pass by here.
 */
export class ItemLedger {
  /** User and record → paths of its items. */
  readonly #items = new Map<string, Set<string>>();
  readonly #records = new Map<string, string>();
  readonly #found: { readonly path: string; readonly text: string }[] = [];

  /** What was wrong at any time with items whose paths begin so, without anybody's data. */
  troubles(prefix: string): readonly string[] {
    return this.#found
      .filter(({ path }) => path.startsWith(prefix))
      .map(({ text }) => text);
  }

  /** Items there now. */
  count(prefix: string): number {
    return [...this.#records.keys()].filter((path) => path.startsWith(prefix))
      .length;
  }

  note({ method, path, body, status }: Carried): void {
    if (status < 200 || status >= 300) return;
    if (method === "DELETE") return this.#gone(path);
    if (method !== "PUT") return;
    const mark = recordIn(body);
    if (mark === undefined)
      return this.#tell(path, `The item ${path} tells no record.`);
    const record = `${path.split("/")[1]} ${mark}`;
    this.#gone(path, record);
    const paths = this.#items.get(record) ?? new Set();
    paths.add(path);
    this.#items.set(record, paths);
    this.#records.set(path, record);
    if (paths.size > 1)
      this.#tell(path, `${mark} lies at ${[...paths].join(" and ")}.`);
  }

  /** A collection takes its items with it. */
  #gone(path: string, unlessOf?: string): void {
    for (const [item, record] of this.#records) {
      const inside =
        item === path || (path.endsWith("/") && item.startsWith(path));
      if (!inside || record === unlessOf) continue;
      this.#records.delete(item);
      this.#items.get(record)?.delete(item);
    }
  }

  #tell(path: string, text: string): void {
    this.#found.push({ path, text });
  }
}
