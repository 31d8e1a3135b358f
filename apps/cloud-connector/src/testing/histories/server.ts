import { ConnectorError, recordOfUid } from "@ams-sync/connector-kit";
import type {
  ChangesPage,
  Connector,
  Identity,
  Item,
  RemoteChange,
  Session,
  SessionContext,
  StreamPort,
  Written,
} from "@ams-sync/connector-kit";
import type { Canonical, StreamKind } from "@ams-sync/sync-core";
import { codecOf } from "../../codec.js";
import type { Codec } from "../../codec.js";
import type { Ear, Effect, Operation } from "./effect.js";
import type { Traits } from "./traits.js";

export interface Stored {
  readonly text: string;
  readonly version: string;
}

/** A DAV server whose items are the very texts that the connector writes, without the wire between them. */
export class HistoryServer implements Connector {
  readonly system = "cloud";
  readonly requestTimeoutMs = 20_000;
  readonly inward = ["contacts", "appointments"] as const;
  readonly items = new Map<string, Stored>();
  readonly late: (() => void)[] = [];
  ear: Ear = () => undefined;
  /** A write is about to be sent; it throws nothing. */
  sent: (effect: Effect) => void = () => undefined;
  done: (effect: Effect) => void = () => undefined;
  /** The next whole listing leaves out every so many-th item. */
  omits = 0;
  /** A listing that its token will not make good. */
  hidden = false;
  writes = 0;
  /** What is carried out now nobody waits for any more. */
  overdue = false;
  /** Made when nobody waited for them any more: of those nothing is remembered, so that they stay (own-left-behind). */
  readonly tardy = new Set<string>();
  /** Items whose absence no answer shows: a list says nothing of what was, only a token that is older than the loss does. */
  readonly unseen = new Set<string>();
  #log: { readonly id: string; readonly gone: boolean }[] = [];
  #epoch = 0;
  #versions = 0;

  constructor(
    readonly traits: Traits,
    private readonly tenantId: string,
    /** Where the collections are. */
    private readonly home: string,
  ) {}

  /** Tokens are void, as after a restored backup. */
  voidTokens(): void {
    this.#epoch += 1;
    this.hidden = false;
  }

  put(id: string, text: string): string {
    this.#versions += 1;
    const version = `"${this.#versions}"`;
    this.items.set(id, { text, version });
    this.unseen.delete(id);
    this.#log.push({ id, gone: false });
    return version;
  }

  lose(id: string): void {
    if (this.items.delete(id)) this.#log.push({ id, gone: true });
  }

  /** What was on its way all the time arrives. */
  arrive(): void {
    for (const effect of this.late.splice(0)) effect();
  }

  async open(_login: unknown, context: SessionContext): Promise<Session> {
    await this.#call("open", async () => undefined);
    return {
      container: (stream, chosen, bound) =>
        this.#call(
          "container",
          async () => chosen ?? bound ?? `${this.home}${stream}/`,
        ),
      settled: (bound, chosen) => chosen === undefined || chosen === bound,
      stream: (stream, container) => this.#port(stream, container, context),
      requests: 0,
      close: async () => undefined,
    };
  }

  /** Made by the connector, as it is where nothing was chosen. */
  owns(container: string): boolean {
    const { existing } = this.traits;
    const made = (["contacts", "appointments"] as const).map(
      (stream) => `${this.home}${stream}/`,
    );
    return !existing && made.includes(container);
  }

  #port(
    stream: StreamKind,
    container: string,
    { timeZone, now }: SessionContext,
  ): StreamPort {
    const codec = codecOf(stream, { timeZone, now });
    const extension = stream === "contacts" ? "vcf" : "ics";
    const addressOf = ({ uid }: Identity) => `${container}${uid}.${extension}`;
    const about = { stream, codec };
    return {
      concurrency: 3,
      own: this.owns(container),
      changes: (token) =>
        this.#call("changes", async () => this.#changes(container, token)),
      fetch: (ids) => this.#call("fetch", async () => this.#fetch(ids, codec)),
      readAs: (item, believed) => ({
        ...item,
        ...codec.read(String(item.raw), believed),
      }),
      addressOf,
      holds: (id) => id.startsWith(container),
      create: (identity, form) =>
        this.#create(about, addressOf(identity), identity, form),
      update: (current, form) => this.#update(about, current, form),
      delete: (id, version) => this.#delete(about, id, version),
      normalize: (form) => codec.normalize(form),
    };
  }

  #changes(container: string, token?: string): ChangesPage {
    const { tokens, page } = this.traits;
    const [epoch, since = 0] = (token ?? `${this.#epoch}:0`)
      .split(":")
      .map(Number);
    if (epoch !== this.#epoch || !(since <= this.#log.length))
      throw new ConnectorError("token-expired", "The token is void.");
    const told = this.#log.slice(since).map(({ id }) => id);
    const ids = [...new Set(told)].filter((id) => id.startsWith(container));
    if (token === undefined || !tokens)
      for (const id of ids) if (!this.items.has(id)) this.unseen.add(id);
    if (!tokens) return { changes: this.#listed(container), more: false };
    if (token === undefined && this.omits > 0) {
      this.hidden = true;
      const end = this.#log.length;
      const changes = this.#listed(container);
      return { changes, token: `${epoch}:${end}`, more: false };
    }
    // A page ends where so many items were told; what changed twice is told with its last change.
    const last = new Map(this.#log.map(({ id }, index) => [id, index]));
    const paged = ids
      .toSorted((a, b) => (last.get(a) ?? 0) - (last.get(b) ?? 0))
      .slice(0, page);
    const more = paged.length < ids.length;
    const at = paged.at(-1);
    const next =
      more && at !== undefined ? (last.get(at) ?? 0) + 1 : this.#log.length;
    const changes = paged.flatMap((id): RemoteChange[] => {
      const item = this.items.get(id);
      if (item) return [this.#told(id, item)];
      if (token === undefined) return [];
      this.unseen.delete(id);
      return [{ id, gone: true }];
    });
    return { changes, token: `${epoch}:${next}`, more };
  }

  #listed(container: string): RemoteChange[] {
    const { omits } = this;
    this.omits = 0;
    return [...this.items]
      .filter(([id]) => id.startsWith(container))
      .filter((_, index) => omits === 0 || index % omits !== 0)
      .map(([id, item]) => this.#told(id, item));
  }

  #told(id: string, { version }: Stored): RemoteChange {
    return { id, gone: false, ...(this.traits.listsVersions && { version }) };
  }

  #fetch(ids: readonly string[], codec: Codec): ReadonlyMap<string, Item> {
    return new Map(
      ids.flatMap((id) => {
        const item = this.items.get(id);
        if (!item) return [];
        const { text, version } = item;
        return [[id, { id, version, ...codec.read(text), raw: text }] as const];
      }),
    );
  }

  #create(
    { stream, codec }: About,
    id: string,
    { uid }: Identity,
    form: Canonical,
  ): Promise<Written> {
    const after = codec.create(uid, form);
    const ref = recordOfUid(this.tenantId, uid);
    const effect: Effect = {
      ...{ operation: "create", stream, id, after },
      ...(ref && { ref }),
    };
    return this.#write(effect, () => {
      if (this.items.has(id))
        throw new ConnectorError("precondition", "There is such an item.");
      return this.#put(effect, id, after);
    });
  }

  #update(
    { stream, codec }: About,
    current: Item,
    form: Canonical,
  ): Promise<Written> {
    const { id } = current;
    const before = String(current.raw);
    const after = codec.update(before, form, current.canonical);
    const effect: Effect = { operation: "update", stream, id, before, after };
    return this.#write(effect, () => {
      const known = this.#matching(id, current.version);
      if (after === before) return { id, version: known.version };
      return this.#put({ ...effect, before: known.text }, id, after);
    });
  }

  async #delete(
    { stream }: About,
    id: string,
    version?: string,
  ): Promise<void> {
    const before = this.items.get(id)?.text;
    const effect: Effect = {
      ...{ operation: "delete", stream, id },
      ...(before !== undefined && { before }),
    };
    await this.#write(effect, () => {
      if (!this.items.has(id)) return { id };
      const { text } = this.#matching(id, version);
      this.done({ ...effect, before: text });
      this.writes += 1;
      this.lose(id);
      return { id };
    });
  }

  #put(effect: Effect, id: string, text: string): Written {
    this.done(effect);
    this.writes += 1;
    if (this.overdue && effect.operation === "create") this.tardy.add(id);
    const version = this.put(id, text);
    return this.traits.namesVersions ? { id, version } : { id };
  }

  #matching(id: string, version: string | undefined): Stored {
    const item = this.items.get(id);
    if (!item) throw new ConnectorError("gone", "There is no such item.");
    if (version !== undefined && version !== item.version)
      throw new ConnectorError("precondition", "The item has changed.");
    return item;
  }

  #write(effect: Effect, write: () => Written): Promise<Written> {
    this.sent(effect);
    return this.#call(effect.operation, async () => write());
  }

  async #call<T>(operation: Operation, carryOut: () => Promise<T>): Promise<T> {
    const fault = this.ear(operation);
    // The request travels: others get their turn.
    await Promise.resolve();
    if (fault?.when === "before") throw fault.error;
    if (fault?.when === "late") {
      this.late.push(() => void carryOut().catch(() => undefined));
      throw fault.error;
    }
    const answer = await carryOut();
    if (fault) throw fault.error;
    return answer;
  }
}

type About = { readonly stream: StreamKind; readonly codec: Codec };
