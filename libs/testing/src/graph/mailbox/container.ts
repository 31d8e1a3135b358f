import type { ItemIds } from "./ids.js";

/** Why an item is no longer reported: deleted for good, or moved where it can be had back (delta-query-overview). */
export type Gone = "deleted" | "changed";

export interface Change {
  readonly key: number;
  /** As they were when it was here. */
  readonly ids: ItemIds;
  readonly position: number;
  readonly gone?: Gone;
}

export type ContainerKind = "contacts" | "events";

/** A contact folder or a calendar: what its items' changes are counted in. */
export class Container {
  /** The newest change of each item, oldest first. */
  readonly #changes = new Map<number, Change>();
  #position = 0;

  constructor(
    readonly key: number,
    readonly id: string,
    readonly kind: ContainerKind,
    public name: string,
    readonly parent: Container | undefined,
    readonly isDefault: boolean,
  ) {}

  /** Other properties than the name. */
  readonly values: Record<string, unknown> = {};
  version = 1;

  get position(): number {
    return this.#position;
  }

  changed(key: number, ids: ItemIds, gone?: Gone): void {
    this.#position += 1;
    this.#changes.delete(key);
    this.#changes.set(key, {
      key,
      ids,
      position: this.#position,
      ...(gone && { gone }),
    });
  }

  /** Later than a position, oldest first. */
  since(position: number): Change[] {
    return [...this.#changes.values()].filter(
      (change) => change.position > position,
    );
  }

  /** Keys of the items that are here. */
  keys(): number[] {
    return [...this.#changes.values()].flatMap(({ key, gone }) =>
      gone === undefined ? [key] : [],
    );
  }
}
