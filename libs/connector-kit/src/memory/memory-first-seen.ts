import type { LeftView } from "./memory-questions.js";

/** Which items of a container were made since the stream is connected. */
export class MemoryFirstSeen {
  /** When all that the container held had been announced for the first time, epoch ms. */
  #knownSince: number | undefined;
  /** Items that had a link once. */
  readonly #parted = new Set<string>();

  forget(): void {
    this.unknow();
    this.#parted.clear();
  }

  /** Nobody knows what is new, until all has been listed again. */
  unknow(): void {
    this.#knownSince = undefined;
  }

  allKnown(now: number): void {
    this.#knownSince ??= now;
  }

  part(itemId: string): void {
    this.#parted.add(itemId);
  }

  /** Of an announced item: since when it is there, if it is new. */
  appearedAt(
    { id, gone }: { readonly id: string; readonly gone: boolean },
    { linked, left }: { linked: boolean; left: LeftView | undefined },
    now: number,
  ): number | undefined {
    const parted = this.#parted.has(id);
    if (gone) this.#parted.delete(id);
    if (left) return left.appearedAt;
    return linked || parted || this.#knownSince === undefined ? undefined : now;
  }
}
