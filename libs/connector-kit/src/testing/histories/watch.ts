import type { AmsRecord, Fields, StreamKind } from "@ams-sync/sync-core";
import type { AmsWrites } from "../../ams-writes.js";
import type { Request } from "../../contract/index.js";
import { recordOfUid } from "../../identity.js";
import type { MemoryAms } from "../../memory/index.js";
import type { Link } from "../../outcome.js";
import type { Connector, StreamPort } from "../../port.js";
import type { SeenItem } from "./system.js";
import type { Watched } from "./watched.js";

type Held = { readonly [name in string]?: string };

/** Looks at every write, on either side, as it happens. */
export class Watch {
  readonly faults: string[] = [];
  /** Writes that had an effect, on either side. */
  effects = 0;
  /** What we wrote last, by item and by record. */
  readonly #ours = new Map<string, Fields>();
  /** Items whose absence no answer shows: a list says nothing of what was, only a token that is older than the loss does. */
  readonly unseen = new Set<string>();
  readonly #dropped = new Map<string, StreamKind>();
  /** Done once, between what a run has read and its next request of this kind. */
  meanwhile:
    { readonly request: Request; readonly act: () => void } | undefined;

  constructor(private readonly world: Watched) {}

  report(fault: string): void {
    this.faults.push(fault);
  }

  /** Somebody has removed an item there. */
  dropped(stream: StreamKind, id: string): void {
    this.#dropped.set(id, stream);
  }

  connector(connector: Connector): Connector {
    const { system, requestTimeoutMs, inward } = connector;
    return {
      ...{ system, requestTimeoutMs },
      ...(inward && { inward }),
      ...(connector.appointmentsNameCustomers && {
        appointmentsNameCustomers: true as const,
      }),
      open: async (login, context) => {
        const session = await connector.open(login, context);
        return {
          container: (...asked) => session.container(...asked),
          settled: (...asked) => session.settled(...asked),
          stream: (stream, container) =>
            this.#port(stream, session.stream(stream, container)),
          get requests() {
            return session.requests;
          },
          close: () => session.close(),
        };
      },
    };
  }

  #port(stream: StreamKind, port: StreamPort): StreamPort {
    const { readAs, readBack, holds } = port;
    return {
      get concurrency() {
        return port.concurrency;
      },
      ...(port.own !== undefined && { own: port.own }),
      ...(port.userAddresses && { userAddresses: port.userAddresses }),
      changes: async (token) => {
        this.#leaves("changes");
        if (token === undefined)
          for (const [id, of] of this.#dropped)
            if (of === stream) this.unseen.add(id);
        const page = await port.changes(token);
        for (const { id, gone } of page.changes)
          if (gone) this.unseen.delete(id);
        return page;
      },
      fetch: (ids) => {
        this.#leaves("fetch");
        return port.fetch(ids);
      },
      addressOf: (identity) => port.addressOf(identity),
      normalize: (form) => port.normalize(form),
      ...(readAs && { readAs: readAs.bind(port) }),
      ...(readBack && { readBack: readBack.bind(port) }),
      ...(holds && { holds: holds.bind(port) }),
      create: async (...asked) => {
        this.#leaves("create");
        const written = await port.create(...asked);
        this.effects += 1;
        this.#wrote(stream, written.id);
        return written;
      },
      update: async (current, ...asked) => {
        const { id } = current;
        this.#leaves("update");
        const before = this.#item(stream, id);
        const written = await port.update(current, ...asked);
        this.#updated(stream, before, this.#item(stream, id));
        return written;
      },
      delete: async (id, version) => {
        this.#leaves("delete");
        this.#deleting(stream, id);
        const there = this.#item(stream, id) !== undefined;
        await port.delete(id, version);
        if (there && !this.#item(stream, id)) this.effects += 1;
      },
    };
  }

  #leaves(request: Request): void {
    const { meanwhile } = this;
    if (meanwhile?.request !== request) return;
    this.meanwhile = undefined;
    meanwhile.act();
  }

  /** What gives way in ams is in the journal, or was agreed, or ours. */
  writes(ams: MemoryAms): AmsWrites {
    const looked = async <T>(
      keys: readonly string[],
      write: () => Promise<T>,
    ): Promise<T> => {
      const before = keys.map((key) => ams.records.get(key));
      const answer = await write();
      for (const [index, key] of keys.entries()) {
        const [was, now] = [before[index], ams.records.get(key)];
        if (was && now && was.rowVersion !== now.rowVersion)
          this.#took(key, was, now);
      }
      return answer;
    };
    const keyOf = ({ kind, id }: { kind: string; id: string }) =>
      `${kind}/${id}`;
    return {
      change: (home, change) =>
        looked([keyOf(change.ref)], () => ams.change(home, change)),
      changeTogether: (home, changes) =>
        looked(
          changes.map(({ ref }) => keyOf(ref)),
          () => ams.changeTogether(home, changes),
        ),
      match: (...asked) => ams.match(...asked),
      customersOf: (...asked) => ams.customersOf(...asked),
      madeOf: (...asked) => ams.madeOf(...asked),
      create: (...asked) => ams.create(...asked),
    };
  }

  #item(stream: StreamKind, id: string): SeenItem | undefined {
    return this.world.place.items(stream).find((one) => one.id === id);
  }

  #wrote(stream: StreamKind, id: string): void {
    const { fields } = this.#item(stream, id) ?? {};
    if (fields) this.#ours.set(id, fields);
  }

  #linkOf(stream: StreamKind, id: string): Link | undefined {
    const { links } = this.world.stream(stream);
    return [...links.values()].find(({ itemId }) => itemId === id);
  }

  #updated(
    stream: StreamKind,
    before: SeenItem | undefined,
    after: SeenItem | undefined,
  ): void {
    if (!before || !after) return;
    const names = changed(before.fields, after.fields);
    if (names.length > 0) this.effects += 1;
    const link = this.#linkOf(stream, before.id);
    const own = recordOfUid(this.world.key.tenantId, before.uid ?? "");
    const record = link
      ? `${link.kind}/${link.recordId}`
      : own && `${own.kind}/${own.id}`;
    this.#gaveWay({
      ...{ stream, names, at: `update of ${before.id}`, side: "remote" },
      ...{ was: before.fields, base: baseOf(link) },
      ...{ ours: this.#ours.get(before.id), record },
    });
    this.#ours.set(before.id, after.fields);
  }

  #took(record: string, was: AmsRecord, now: AmsRecord): void {
    const stream = was.kind === "appointment" ? "appointments" : "contacts";
    const [then, next] = [filled(was.values), filled(now.values)];
    this.effects += 1;
    this.#gaveWay({
      ...{ stream, names: changed(then, next), record, side: "ams" },
      ...{ at: `change of ${record}`, was: then, ours: this.#ours.get(record) },
      base: baseOf(this.world.stream(stream).links.get(record)),
    });
    this.#ours.set(record, next);
  }

  /** A value that nobody agreed to give up is in the journal before it goes. */
  #gaveWay({ stream, names, at, side, was, base, ours, record }: GaveWay) {
    const { conflicts } = this.world.stream(stream);
    for (const name of names) {
      const lost = was[name];
      if (lost === undefined || lost === base[name] || lost === ours?.[name])
        continue;
      const told = conflicts.some(
        ({ kind, recordId, conflict }) =>
          `${kind}/${recordId}` === record &&
          conflict.field === name &&
          conflict[side] === lost,
      );
      if (!told) this.report(`${at}: "${lost}" of ${name} is lost in silence`);
    }
  }

  #deleting(stream: StreamKind, id: string): void {
    const item = this.#item(stream, id);
    if (!item) return;
    const link = this.#linkOf(stream, id);
    const { foreign, ams, key } = this.world;
    const of = link
      ? { kind: link.kind, id: link.recordId }
      : recordOfUid(key.tenantId, item.uid ?? "");
    const say = (fault: string) => this.report(`delete of ${id}: ${fault}`);
    if (!of) return say("it is nobody's");
    if (ams.records.has(`${of.kind}/${of.id}`)) say("its record is in ams");
    if (foreign.has(id) && link?.origin !== "imported")
      say(`somebody else put it there (${link?.origin})`);
  }
}

interface GaveWay {
  readonly stream: StreamKind;
  readonly names: readonly string[];
  readonly at: string;
  /** Whose value gave way. */
  readonly side: "ams" | "remote";
  readonly was: Held;
  readonly base: Held;
  readonly ours: Held | undefined;
  readonly record: string | undefined;
}

const baseOf = (link: Link | undefined): Held =>
  link ? (JSON.parse(link.fields || "{}") as Held) : {};

export const filled = (values: {
  readonly [name in string]?: string | null;
}): Fields =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value ? [[name, value]] : [],
    ),
  );

export const changed = (a: Held, b: Held): readonly string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) => a[name] !== b[name],
  );
