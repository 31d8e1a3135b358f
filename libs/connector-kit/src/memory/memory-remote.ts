import { fingerprintText, pickFields } from "@ams-sync/sync-core";
import type { Canonical, StreamKind, System } from "@ams-sync/sync-core";
import { ConnectorError } from "../connector-error.js";
import type {
  ChangesPage,
  Connector,
  Fields,
  Identity,
  Item,
  Login,
  ReadBack,
  Session,
  SessionContext,
  StreamPort,
  Unread,
  WriteOptions,
  Written,
} from "../port.js";
import type {
  AboutItem,
  Fault,
  RemoteCall,
  RemoteOperation,
  StoredItem,
} from "./memory-remote-types.js";

/** A server with conditional writes and a log of changes, and the connector to it. */
export class MemoryRemote implements Connector {
  readonly requestTimeoutMs = 20_000;
  inward: readonly StreamKind[] = [];
  readonly items = new Map<string, StoredItem>();
  /** Every write that changed something, in order. */
  readonly writes: RemoteCall[] = [];
  readonly requests: RemoteCall[] = [];
  concurrency = 3;
  password = "geheim";
  /** Some servers name no version in the answer to a write. */
  namesVersions = true;
  /** Then what was written can be asked for later, for many items at once. */
  readsBack = false;
  /** Some servers overwrite and delete whatever version is named. */
  obeysVersions = true;
  normalize: (form: Canonical) => Canonical = (form) => form;
  fault: (call: RemoteCall) => Fault | undefined = () => undefined;
  /** Writes that are under way now, and the most that ever were. */
  readonly underWay = { now: 0, most: 0 };
  readonly #log: { readonly id: string; readonly gone: boolean }[] = [];
  #versions = 0;

  constructor(readonly system: System = "cloud") {}

  /** Somebody changes an item there. */
  edit(id: string, fields: Record<string, string | undefined>): void {
    const item = this.items.get(id);
    if (!item) throw new Error("The model holds no such item.");
    const next = { ...item.form.fields, ...fields } as Fields;
    const held = pickFields(next, Object.keys(next));
    const form = { ...item.form, fields: held } as Canonical;
    this.#store(id, { ...item, form });
  }

  /** Somebody puts an item of their own there. */
  add(id: string, uid: string, form: Canonical, about?: AboutItem): void {
    this.#store(id, { uid, form, extra: "von Hand angelegt", about });
  }

  /** Somebody adds what ams does not know. */
  annotate(id: string, extra: string): void {
    this.#store(id, { ...this.items.get(id)!, extra });
  }

  lose(id: string): void {
    this.items.delete(id);
    this.#log.push({ id, gone: true });
  }

  async open(
    login: Login,
    context?: Pick<SessionContext, "signal">,
  ): Promise<Session> {
    const signal = context?.signal;
    await this.#call(
      "open",
      login.serverUrl,
      async () => {
        if (login.password !== this.password)
          throw new ConnectorError("auth", "User name or password is wrong.");
      },
      signal,
    );
    const first = this.requests.length - 1;
    const requests = () => this.requests.length - first;
    return {
      container: (stream, chosen, bound) =>
        this.#call(
          "container",
          stream,
          async () => chosen ?? bound ?? `/${stream}/`,
          signal,
        ),
      settled: (bound, chosen) => chosen === undefined || chosen === bound,
      stream: (stream, container) => this.#port(container, signal),
      get requests() {
        return requests();
      },
      close: async () => undefined,
    };
  }

  #port(container: string, signal: AbortSignal | undefined): StreamPort {
    const concurrency = () => this.concurrency;
    return {
      get concurrency() {
        return concurrency();
      },
      changes: (token) =>
        this.#call(
          "changes",
          container,
          async () => this.#changes(container, token),
          signal,
        ),
      fetch: (ids) =>
        this.#call(
          "fetch",
          ids.join(" "),
          async () => this.#fetch(ids),
          signal,
        ),
      own: ["/contacts/", "/appointments/"].includes(container),
      addressOf: ({ uid }) => `${container}${uid}`,
      holds: (id) => id.startsWith(container),
      create: async (identity, form, how) =>
        this.#told(await this.#create(container, identity, form, signal), how),
      update: async (current, form, how) =>
        this.#told(await this.#update(current, form, signal), how),
      readBack: (writes) =>
        this.#call(
          "fetch",
          writes.map(({ id }) => id).join(" "),
          async () => this.#readBack(writes),
          signal,
        ),
      delete: (id, version) => this.#delete(id, version, signal),
      normalize: (form) => this.normalize(form),
    };
  }

  #told(written: Written, how: WriteOptions | undefined): Written {
    const unread = this.readsBack && how?.readBackLater && !written.version;
    return unread ? { id: written.id, unread } : written;
  }

  #readBack(writes: readonly Unread[]): ReadonlyMap<string, ReadBack> {
    return new Map(
      writes.map(({ id, canonical }) => {
        const item = this.items.get(id);
        const same =
          item &&
          fingerprintText(item.form) ===
            fingerprintText(this.normalize(canonical));
        return [
          id,
          item
            ? { there: true, ...(same && { version: item.version }) }
            : { there: false },
        ] as const;
      }),
    );
  }

  #changes(container: string, token?: string): ChangesPage {
    const since = token === undefined ? 0 : Number(token);
    if (!(since <= this.#log.length))
      throw new ConnectorError("token-expired", "The token is void.");
    const ids = new Set(
      this.#log
        .slice(since)
        .flatMap(({ id }) => (id.startsWith(container) ? [id] : [])),
    );
    const changes = [...ids].flatMap((id) => {
      const item = this.items.get(id);
      if (item) return [{ id, version: item.version, gone: false }];
      return token === undefined ? [] : [{ id, gone: true }];
    });
    return { changes, token: String(this.#log.length), more: false };
  }

  #fetch(ids: readonly string[]): ReadonlyMap<string, Item> {
    return new Map(
      ids.flatMap((id) => {
        const item = this.items.get(id);
        if (!item) return [];
        const { version, uid, form, extra, about } = item;
        return [
          [id, { id, version, uid, canonical: form, raw: extra, ...about }],
        ];
      }),
    );
  }

  #create(
    container: string,
    { uid }: Identity,
    form: Canonical,
    signal: AbortSignal | undefined,
  ): Promise<Written> {
    const id = `${container}${uid}`;
    const write = () => {
      if (this.items.has(id))
        throw new ConnectorError("precondition", "There is such an item.");
      return this.#store(id, { uid, form, extra: "" });
    };
    return this.#write("create", id, write, signal);
  }

  #update(
    current: Item,
    form: Canonical,
    signal: AbortSignal | undefined,
  ): Promise<Written> {
    const write = () => {
      const item = this.#matching(current.id, current.version);
      return this.#store(current.id, { ...item, form });
    };
    return this.#write("update", current.id, write, signal);
  }

  async #delete(
    id: string,
    version: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const write = () => {
      if (this.items.has(id)) {
        this.#matching(id, version);
        this.lose(id);
      }
      return { id };
    };
    await this.#write("delete", id, write, signal);
  }

  #matching(id: string, version: string | undefined): StoredItem {
    const item = this.items.get(id);
    if (!item) throw new ConnectorError("gone", "There is no such item.");
    if (this.obeysVersions && version !== undefined && version !== item.version)
      throw new ConnectorError("precondition", "The item has changed.");
    return item;
  }

  #store(id: string, item: Omit<StoredItem, "version">): Written {
    const version = `"${(this.#versions += 1)}"`;
    this.items.set(id, { ...item, version });
    this.#log.push({ id, gone: false });
    return this.namesVersions ? { id, version } : { id };
  }

  #write(
    operation: RemoteOperation,
    at: string,
    write: () => Written,
    signal: AbortSignal | undefined,
  ): Promise<Written> {
    const carryOut = async () => {
      const written = write();
      this.writes.push({ operation, at });
      return written;
    };
    return this.#call(operation, at, carryOut, signal);
  }

  async #call<T>(
    operation: RemoteOperation,
    at: string,
    carryOut: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    if (signal?.aborted === true)
      throw new ConnectorError(
        "transient",
        "The run was stopped; the next one goes on.",
      );
    const call = { operation, at };
    this.requests.push(call);
    this.underWay.now += 1;
    this.underWay.most = Math.max(this.underWay.most, this.underWay.now);
    try {
      const fault = this.fault(call);
      // The request travels: others get their turn.
      await Promise.resolve();
      if (fault && "before" in fault) throw fault.before;
      const answer = await carryOut();
      if (fault) throw fault.after;
      return answer;
    } finally {
      this.underWay.now -= 1;
    }
  }
}
