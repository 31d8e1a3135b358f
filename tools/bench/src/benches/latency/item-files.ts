import { type FSWatcher, watch } from "node:fs";
import { dirname, join } from "node:path";

/**
 * When a file server has stored an item, without a request: asked again and again it would be busy with the answers, and
 * everything that is measured would wait for them.
 */
export class ItemFiles {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #stored = new Map<string, () => void>();

  /** @param folder of the server, which keeps each item in a file at its path */
  constructor(private readonly folder: string) {}

  /** The next time that the item is stored, from this call on. @param url of the item */
  next(url: string): Promise<void> {
    const file = join(this.folder, decodeURIComponent(new URL(url).pathname));
    const folder = dirname(file);
    if (!this.#watchers.has(folder))
      this.#watchers.set(
        folder,
        watch(folder, (_, name) => {
          if (name !== null) this.#stored.get(join(folder, name))?.();
        }),
      );
    return new Promise((resolve) => {
      this.#stored.set(file, resolve);
    });
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers.values()) watcher.close();
  }
}
