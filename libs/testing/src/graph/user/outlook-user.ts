import type { Container } from "../mailbox/container.js";
import { contactLinkEntry, entryId } from "../mailbox/entry-ids.js";
import type { Item, Mailbox } from "../mailbox/mailbox.js";
import { type Json } from "../odata/edm.js";
import { MULTI, SINGLE } from "../odata/extended-properties.js";
import type { Scope } from "../resources/entity.js";
import { contactKind, eventKind, type Kind } from "../resources/kind.js";

/** What somebody sees in Outlook of one item; ids are immutable ones. */
export type Seen = Json & { readonly id: string };

/** Items of one kind, as the person at the mailbox handles them: no tokens, no limits, no faults. */
export class Items {
  constructor(
    readonly mailbox: Mailbox,
    readonly kind: Kind,
  ) {}

  get #scope(): Scope {
    return {
      mailbox: this.mailbox,
      immutableIds: true,
      timeZone: this.mailbox.timeZone,
      textBodies: true,
    };
  }

  #container(id: string | undefined): Container {
    return id === undefined
      ? this.mailbox.defaults[this.kind.kind]
      : this.mailbox.container(this.kind.kind, id);
  }

  #item(id: string): Item {
    return this.mailbox.item(this.kind.kind, id, true);
  }

  #seen(item: Item): Seen {
    const both = [...item.extended.values()];
    return {
      ...this.kind.json(item, this.#scope),
      id: item.ids.immutable,
      [SINGLE]: both.filter(({ value }) => typeof value === "string"),
      [MULTI]: both.filter(({ value }) => typeof value !== "string"),
    };
  }

  /** @param container a folder's or calendar's id; else the default one */
  add(body: Json, container?: string): Seen {
    return this.#seen(
      this.kind.add(
        this.mailbox,
        this.#container(container),
        body,
        this.#scope,
      ),
    );
  }

  edit(id: string, body: Json): Seen {
    const item = this.#item(id);
    this.kind.change(this.mailbox, item, body, this.#scope);
    return this.#seen(item);
  }

  /** For good. */
  remove(id: string): void {
    this.kind.remove(this.mailbox, this.#item(id));
  }

  /** Into the deleted items: gone from its folder, and still to be had by its immutable id. */
  discard(id: string): void {
    this.mailbox.move(
      this.#item(id),
      this.mailbox.deletedItems[this.kind.kind],
    );
  }

  move(id: string, container?: string): void {
    this.mailbox.move(this.#item(id), this.#container(container));
  }

  get(id: string): Seen | undefined {
    const item = this.mailbox.items.get(this.mailbox.book.find(id) ?? -1);
    return item?.kind === this.kind.kind ? this.#seen(item) : undefined;
  }

  /** Of one container, or of all that are listed. */
  list(container?: string): Seen[] {
    const places =
      container === undefined
        ? [...this.mailbox.containers.values()]
        : [this.#container(container)];
    return places
      .filter(({ kind }) => kind === this.kind.kind)
      .flatMap((place) => this.mailbox.inside(place))
      .map((item) => this.#seen(item));
  }
}

/** Folders or calendars. */
export class Containers {
  constructor(
    readonly mailbox: Mailbox,
    readonly kind: Kind,
  ) {}

  #one(id: string): Container {
    return this.mailbox.container(this.kind.kind, id);
  }

  get defaultId(): string {
    return this.mailbox.defaults[this.kind.kind].id;
  }

  /** @returns its id */
  add(name: string, parent?: string): string {
    const above = parent === undefined ? undefined : this.#one(parent);
    return this.mailbox.addContainer(this.kind.kind, name, above).id;
  }

  rename(id: string, name: string): void {
    this.#one(id).name = name;
  }

  /** With what is in it. */
  remove(id: string): void {
    this.mailbox.removeContainer(this.#one(id));
  }

  list(): { readonly id: string; readonly name: string }[] {
    return [...this.mailbox.containers.values()]
      .filter(({ kind }) => kind === this.kind.kind)
      .map(({ id, name }) => ({ id, name }));
  }
}

/** Somebody at Outlook. */
export class OutlookUser {
  readonly contacts: Items;
  readonly folders: Containers;
  readonly events: Items;
  readonly calendars: Containers;

  constructor(readonly mailbox: Mailbox) {
    this.contacts = new Items(mailbox, contactKind);
    this.folders = new Containers(mailbox, contactKind);
    this.events = new Items(mailbox, eventKind);
    this.calendars = new Containers(mailbox, eventKind);
  }

  /** "Kontakte" of an appointment, as Outlook's desktop sets it: names and entry ids (MS-OXCMSG). */
  linkContacts(event: string, ...contacts: string[]): void {
    const items = contacts.map((id) => this.mailbox.item("contacts", id, true));
    const names = items.map(({ values }) => String(values["displayName"]));
    const set = "{00062008-0000-0000-C000-000000000046}";
    this.events.edit(event, {
      [MULTI]: [{ id: `StringArray ${set} Id 0x853A`, value: names }],
      [SINGLE]: [
        {
          id: `Binary ${set} Id 0x8585`,
          value: contactLinkEntry(items.map(({ ids }) => entryId(ids))),
        },
        { id: `String ${set} Id 0x8586`, value: names.join("; ") },
      ],
    });
  }

  /** In the mailbox's list of categories. */
  addCategory(name: string, color = "preset0"): void {
    this.mailbox.categories.set(`${this.mailbox.categories.size}`, {
      name,
      color,
    });
  }

  /** Mails to attendees that would have gone out: a synchronisation sends none. */
  get invitations(): readonly { what: string; subject: string }[] {
    return this.mailbox.invitations;
  }

  get address(): string {
    return this.mailbox.address;
  }

  get id(): string {
    return this.mailbox.id;
  }

  /** All delta tokens so far are void. */
  expireTokens(
    code: "SyncStateNotFound" | "resyncRequired" = "SyncStateNotFound",
  ): void {
    this.mailbox.generation += 1;
    this.mailbox.voidTokens = code;
  }

  set licensed(licensed: boolean) {
    this.mailbox.licensed = licensed;
  }
}
