import type { UserView } from "@ams-sync/sync-core";
import { recordKey } from "./ams-records.js";
import type { AmsView, RecordRef } from "./ams-records.js";
import { isAnother, type Place } from "./apart.js";
import { aside, done } from "./done.js";
import type { Done } from "./done.js";
import { left, wantsOwn } from "./fate.js";
import type { Fate, Foreign } from "./fate.js";
import { fetchEach } from "./fetch-each.js";
import { fatesOf } from "./foreign.js";
import { groupsOf } from "./groups.js";
import type { Group } from "./groups.js";
import { identityOf, recordOfUid } from "./identity.js";
import { leftOf } from "./left.js";
import { loadSlice, refOfEntry } from "./load.js";
import type { Named } from "./named.js";
import { noUser } from "./no-user.js";
import { ownAddresses } from "./own-addresses.js";
import type { Item, ReadPort } from "./port.js";
import type { ReadAhead } from "./read-ahead.js";
import { isEcho } from "./remote-entry.js";
import type { RunContext } from "./run-context.js";
import type { Entry, RemoteEntry, StreamState } from "./run-state.js";
import { withoutStrangers } from "./strangers.js";
import { REJECTED_RETRY_MS } from "./what-next.js";

/** What the slice does with what is found out. */
export interface Desk {
  readonly finish: (through: Done) => void;
  readonly unreadable: (entry: Entry, error: unknown) => void;
  /** The entry stays, and comes again in this run. */
  readonly again: () => void;
  /** Items whose records have just left the scope. */
  readonly parted: ReadonlySet<string>;
  readonly readAhead: ReadAhead;
}

/**
 * What both sides announced of the same records, brought together: items are read and told apart into those of known
 * records, those that become one, and those that stay without.
 */
export class Arrivals {
  readonly #items = new Map<string, Item>();
  readonly #unread = new Set<string>();
  readonly #views: AmsView[] = [];
  readonly #made = new Set<string>();

  constructor(
    private readonly context: RunContext,
    private readonly stream: StreamState,
    private readonly port: ReadPort,
    private readonly desk: Desk,
  ) {}

  /** @returns undefined where the stream or the run has to stop */
  async sort(entries: readonly Entry[]): Promise<readonly Group[] | undefined> {
    const open = entries.filter(
      (entry) => entry.side === "ams" || !this.#isNothing(entry),
    );
    const remote = open.filter((entry) => entry.side === "remote");
    if (!(await this.#read(remote))) return undefined;
    const named = new Map<Entry, Named>();
    const foreigns: Foreign[] = [];
    for (const entry of open) {
      const known = refOfEntry(entry);
      if (known) named.set(entry, { ref: known, ...this.#itemOf(entry) });
      else if (entry.side === "remote")
        this.#name(entry, this.#items.get(entry.itemId), named, foreigns);
    }
    if (!(await this.#load([...named.keys()], named))) return undefined;
    await this.#settle(foreigns, named);
    const found = [...named.keys()].filter(
      (entry) => entry.side === "remote" && !this.#loaded.has(entry),
    );
    if (found.length > 0 && !(await this.#load(found, named))) return undefined;
    return groupsOf(
      [...named].filter(([entry]) => this.#loaded.has(entry)),
      {
        views: this.#views,
        isUnread: (id) => this.#unread.has(id),
        isMade: (ref) => this.#made.has(recordKey(ref)),
        again: this.desk.again,
        onTrial: this.context.trial !== undefined,
        withoutStrangers: withoutStrangers(
          ...([this.context, this.port, this.desk.finish] as const),
        ),
      },
    );
  }

  readonly #loaded = new Set<Entry>();

  /** Echoes, items that came and went, and what a user wants left alone. */
  #isNothing(entry: RemoteEntry): boolean {
    const cell = isEcho(entry)
      ? "echo"
      : entry.link
        ? undefined
        : entry.gone
          ? "foreign-gone"
          : entry.decision?.answer === "leave"
            ? "left"
            : undefined;
    if (cell === undefined) return false;
    this.#finish(done(entry, { type: "untouched" }, { cell, effect: false }));
    return true;
  }

  #itemOf(entry: Entry): { readonly item?: Item } {
    const item =
      entry.side === "remote" ? this.#items.get(entry.itemId) : undefined;
    return item ? { item } : {};
  }

  #name(
    entry: RemoteEntry,
    item: Item | undefined,
    named: Map<Entry, Named>,
    foreigns: Foreign[],
  ): void {
    const { tenantId } = this.context.run.account;
    if (this.#unread.has(entry.itemId)) return;
    if (!item)
      return this.#finish(
        done(
          entry,
          { type: "untouched" },
          { cell: "foreign-gone", effect: false },
        ),
      );
    if (item.obstacle !== undefined)
      return this.#finish(
        done(entry, leftOf(item.obstacle, item, tenantId), {
          cell: "left",
          effect: false,
        }),
      );
    const { decision } = entry;
    const own =
      item.uid === undefined || wantsOwn(entry)
        ? undefined
        : recordOfUid(tenantId, item.uid);
    const ref: RecordRef | undefined =
      decision?.answer === "link"
        ? { kind: decision.kind, id: decision.recordId }
        : own;
    if (ref) named.set(entry, { ref, item, ...(own && { own: true }) });
    else if (this.desk.parted.has(item.id))
      this.#finish(
        left(this.context, { entry, item }, "matched-out-of-scope").through,
      );
    else foreigns.push({ entry, item });
  }

  async #settle(
    foreigns: readonly Foreign[],
    named: Map<Entry, Named>,
  ): Promise<void> {
    const user = this.#user;
    if (!user || foreigns.length === 0) return;
    const { context, stream, port } = this;
    const fates = await fatesOf(
      ...([context, stream, port, user, foreigns] as const),
    );
    const own = await this.#ownOf(fates);
    const apart: Foreign[] = [];
    for (const [foreign, fate] of fates) {
      const { entry } = foreign;
      const place = own.get(foreign);
      // Without an answer the entry stays as it is.
      if (place === "unknown") continue;
      if (place === "another") apart.push({ ...foreign, apart: true });
      else if (place === "taken" && "ref" in fate) {
        const { kind, id: recordId } = fate.ref;
        const copyOf = { kind, recordId };
        this.#finish(left(context, foreign, "own-copy", [], copyOf).through);
      } else if (place && place !== "taken")
        this.#finish(aside(entry, place, REJECTED_RETRY_MS));
      else this.#become(foreign, fate, named);
    }
    if (apart.length === 0) return;
    const others = await fatesOf(
      ...([context, stream, port, user, apart] as const),
    );
    for (const [foreign, fate] of others) this.#become(foreign, fate, named);
  }

  #become(
    { entry, item }: Foreign,
    fate: Fate,
    named: Map<Entry, Named>,
  ): void {
    if ("ref" in fate) named.set(entry, { ...fate, item });
    else {
      if (fate.made) this.#made.add(recordKey(fate.made));
      this.#finish(fate.through);
    }
  }

  /**
   * Matches whose record has an item under its own id there: that one goes before any likeness, also where state has
   * forgotten what was agreed of it. All in one question; where it is refused, which may be one address's fault, each by
   * itself.
   */
  async #ownOf(
    fates: Awaited<ReturnType<typeof fatesOf>>,
  ): Promise<ReadonlyMap<Foreign, Place>> {
    const { run } = this.context;
    const places = fates.flatMap(([foreign, fate]) => {
      if (!("ref" in fate)) return [];
      const { kind, id } = fate.ref;
      const identity = identityOf(run.account.tenantId, kind, id);
      const at = this.port.addressOf(identity);
      return at === undefined ? [] : [{ foreign, identity, at }];
    });
    const asked = [...new Set(places.map(({ at }) => at))];
    const own = ownAddresses(this.context, this.port, this.#user);
    const { items, refused, stopped } = await fetchEach(
      this.context,
      this.stream,
      this.port,
      asked,
    );
    return new Map(
      places.flatMap(({ foreign, identity, at }) => {
        const holder = items.get(at);
        const place = stopped
          ? ("unknown" as const)
          : holder?.uid?.toLowerCase() === identity.uid
            ? isAnother(foreign.item, holder, own)
              ? ("another" as const)
              : ("taken" as const)
            : refused.get(at);
        return place ? [[foreign, place] as const] : [];
      }),
    );
  }

  get #user(): UserView | undefined {
    return this.#views.find((view) => view.user)?.user;
  }

  /** Without the user nothing can be judged as out of scope, so nothing is judged at all. */
  async #load(
    entries: readonly Entry[],
    named: ReadonlyMap<Entry, Named>,
  ): Promise<boolean> {
    const loaded = await loadSlice(
      this.context,
      entries,
      this.desk.unreadable,
      (entry) => named.get(entry)?.ref,
    );
    for (const { entries: some, view } of loaded) {
      if (!view.user) {
        this.context.halt.stop(noUser(view));
        return false;
      }
      this.#views.push(view);
      for (const entry of some) this.#loaded.add(entry);
    }
    return true;
  }

  /** @returns false where the stream or the run has to stop */
  async #read(entries: readonly RemoteEntry[]): Promise<boolean> {
    const ids = [...new Set(entries.map(({ itemId }) => itemId))];
    const { items, refused, stopped } = await fetchEach(
      this.context,
      this.stream,
      this.desk.readAhead.over(this.port),
      ids,
    );
    if (stopped) return false;
    this.desk.readAhead.begin(this.port);
    for (const [id, item] of items) this.#items.set(id, item);
    for (const entry of entries) {
      const error = refused.get(entry.itemId);
      if (!error) continue;
      this.#unread.add(entry.itemId);
      // Of a record that is known its own work says what is to be done.
      if (!entry.link) this.#finish(aside(entry, error, REJECTED_RETRY_MS));
    }
    return true;
  }

  #finish(through: Done): void {
    this.desk.finish(through);
  }
}
