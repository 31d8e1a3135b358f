import type { GraphClock } from "../clock.js";
import { notFound, Refusal } from "../http/refusal.js";
import type { Extended } from "../odata/extended-properties.js";
import { Container, type ContainerKind, type Gone } from "./container.js";
import { containerId, IdBook, itemIds, type ItemIds } from "./ids.js";

export interface Item {
  readonly key: number;
  readonly kind: ContainerKind;
  container: Container;
  ids: ItemIds;
  values: Readonly<Record<string, unknown>>;
  extended: Extended;
  readonly created: number;
  modified: number;
  version: number;
  moves: number;
}

export type ChangeType = "created" | "updated" | "deleted";

export interface MailboxChange {
  readonly type: ChangeType;
  readonly item: Item;
  readonly container: Container;
}

export interface MailboxOptions {
  readonly id: string;
  readonly address: string;
  /** Windows name, as Outlook's settings have it. */
  readonly timeZone: string;
  readonly clock: GraphClock;
}

/** One mailbox's items, in memory. Knows nothing of HTTP; what a property means stands in resources/. */
export class Mailbox {
  readonly id: string;
  readonly address: string;
  readonly timeZone: string;
  readonly clock: GraphClock;
  readonly items = new Map<number, Item>();
  readonly containers = new Map<number, Container>();
  readonly book = new IdBook();
  readonly categories = new Map<string, { name: string; color: string }>();
  /** Mails to attendees that would have gone out. */
  readonly invitations: { what: string; subject: string }[] = [];
  /** Without a licence, or not on Exchange Online. */
  licensed = true;
  /** Tokens of an older generation are void. */
  generation = 1;
  /** How a void token is refused. */
  voidTokens: "SyncStateNotFound" | "resyncRequired" = "SyncStateNotFound";
  readonly listeners = new Set<(change: MailboxChange) => void>();
  readonly defaults: Readonly<Record<ContainerKind, Container>>;
  /** Where deleted things go that can be had back. */
  readonly deletedItems: Readonly<Record<ContainerKind, Container>>;
  #keys = 0;

  constructor(options: MailboxOptions) {
    this.id = options.id;
    this.address = options.address;
    this.timeZone = options.timeZone;
    this.clock = options.clock;
    const make = (kind: ContainerKind, name: string) =>
      this.#container(kind, name, undefined, true);
    this.defaults = {
      contacts: make("contacts", "Kontakte"),
      events: make("events", "Kalender"),
    };
    this.deletedItems = {
      contacts: this.#hidden("contacts"),
      events: this.#hidden("events"),
    };
  }

  #key(): number {
    this.#keys += 1;
    return this.#keys;
  }

  #hidden(kind: ContainerKind): Container {
    const key = this.#key();
    const id = containerId(this.id, key);
    return new Container(key, id, kind, "Gelöschte Elemente", undefined, false);
  }

  #container(
    kind: ContainerKind,
    name: string,
    parent: Container | undefined,
    isDefault: boolean,
  ): Container {
    const key = this.#key();
    const id = containerId(this.id, key);
    const made = new Container(key, id, kind, name, parent, isDefault);
    this.containers.set(key, made);
    return made;
  }

  addContainer(
    kind: ContainerKind,
    name: string,
    parent?: Container,
  ): Container {
    const twin = [...this.containers.values()].find(
      (one) =>
        one.kind === kind &&
        one.parent === parent &&
        one.name.toLowerCase() === name.toLowerCase(),
    );
    if (twin !== undefined)
      throw new Refusal(
        409,
        "ErrorFolderExists",
        "A folder with the specified name already exists.",
      );
    return this.#container(kind, name, parent, false);
  }

  /** With what is in it. */
  removeContainer(container: Container): void {
    if (container.isDefault)
      throw new Refusal(
        400,
        "ErrorDeleteDistinguishedFolder",
        "Distinguished folders cannot be deleted.",
      );
    for (const child of [...this.containers.values()])
      if (child.parent === container) this.removeContainer(child);
    for (const key of container.keys()) {
      const item = this.items.get(key);
      if (item !== undefined) this.remove(item);
    }
    this.containers.delete(container.key);
  }

  container(kind: ContainerKind, id: string): Container {
    const found = [...this.containers.values()].find(
      (one) => one.kind === kind && one.id === id,
    );
    if (found === undefined) throw notFound();
    return found;
  }

  inside(container: Container): Item[] {
    return container.keys().flatMap((key) => this.items.get(key) ?? []);
  }

  item(kind: ContainerKind, id: string, immutable: boolean): Item {
    const item = this.items.get(this.book.keyOf(id, immutable));
    if (item?.kind !== kind) throw notFound();
    return item;
  }

  add(
    container: Container,
    values: Readonly<Record<string, unknown>>,
    extended: Extended,
  ): Item {
    const key = this.#key();
    const now = this.clock.epoch();
    const item: Item = {
      key,
      kind: container.kind,
      container,
      ids: itemIds(this.id, key, 0),
      values,
      extended,
      created: now,
      modified: now,
      version: 1,
      moves: 0,
    };
    this.items.set(key, item);
    this.book.add(key, item.ids);
    this.#note("created", item);
    return item;
  }

  change(
    item: Item,
    values: Readonly<Record<string, unknown>>,
    extended: Extended,
  ): void {
    Object.assign(item, {
      values,
      extended,
      modified: this.clock.epoch(),
      version: item.version + 1,
    });
    this.#note("updated", item);
  }

  move(item: Item, to: Container): void {
    const from = item.container;
    const moves = item.moves + 1;
    const gone = this.containers.has(to.key) ? "deleted" : "changed";
    from.changed(item.key, item.ids, gone);
    this.#tell("deleted", item, from);
    this.book.drop(item.ids.movable);
    Object.assign(item, {
      container: to,
      moves,
      ids: itemIds(this.id, item.key, moves),
      modified: this.clock.epoch(),
      version: item.version + 1,
    });
    this.book.add(item.key, item.ids);
    this.#note("created", item);
  }

  remove(item: Item, gone: Gone = "deleted"): void {
    this.items.delete(item.key);
    item.container.changed(item.key, item.ids, gone);
    this.#tell("deleted", item, item.container);
  }

  #note(type: ChangeType, item: Item): void {
    item.container.changed(item.key, item.ids);
    this.#tell(type, item, item.container);
  }

  #tell(type: ChangeType, item: Item, container: Container): void {
    for (const listener of this.listeners) listener({ type, item, container });
  }
}
