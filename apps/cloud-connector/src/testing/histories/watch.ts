import { recordOfUid } from "@ams-sync/connector-kit";
import type { RecordRef, RemoteOrigin } from "@ams-sync/connector-kit";
import type {
  MemoryAms,
  MemoryClock,
  MemoryStream,
} from "@ams-sync/connector-kit/memory";
import { canonicalOf, scope, sentFields } from "@ams-sync/sync-core";
import type {
  AmsRecord,
  Canonical,
  Fields,
  Instant,
  StreamKind,
  UserView,
} from "@ams-sync/sync-core";
import { madeAgain } from "./made-again.js";
import { STREAMS, TENANT } from "./party.js";
import type { Party } from "./party.js";
import { unmapped } from "./people.js";
import { changed, codec, filled, keyOf, read, reading } from "./readings.js";
import type { Reading } from "./readings.js";
import { Removals } from "./removals.js";
import type { Effect } from "./server.js";

/** What is looked at. */
export interface Watched {
  readonly ams: Pick<MemoryAms, "records"> & {
    recordOf(ref: RecordRef): AmsRecord | undefined;
  };
  readonly clock: Pick<MemoryClock, "epoch">;
  readonly parties: readonly Party[];
  stream(party: Party, kind: StreamKind): MemoryStream;
  user(party: Party): UserView;
}

/** Looks at every write, on either side, as it happens. What is wrong is told at the next step. */
export class Watch {
  readonly faults: string[] = [];
  readonly #authored = new Map<string, Fields>();
  readonly #origins = new Set<string>();
  readonly #removals = new Removals();

  constructor(private readonly world: Watched) {}

  report(fault: string): void {
    this.faults.push(fault);
  }

  /** A run begins: what it may rely on is what there is from now on. */
  begin(party: Party): void {
    if (party.stalled === 0) {
      party.seen.clear();
      party.views = [];
    }
    for (const kind of STREAMS)
      for (const entry of this.world.stream(party, kind).due(Infinity))
        if (entry.side === "ams" && entry.sent)
          party.begun.add(`${entry.kind}/${entry.recordId}`);
    this.view(party);
    for (const record of this.world.ams.records.values()) note(party, record);
  }

  view(party: Party): void {
    const { options } = party;
    party.views.push({ user: this.world.user(party), options });
  }

  /** After each step. */
  links(): void {
    for (const party of this.world.parties)
      for (const kind of STREAMS)
        for (const [key, { itemId }] of this.world.stream(party, kind).links)
          party.linkedOnce.set(itemId, key);
  }

  seen(record: AmsRecord): void {
    for (const party of this.world.parties) note(party, record);
  }

  approved(party: Party, stream: StreamKind, records: readonly string[]): void {
    this.#removals.approve(`${party.userId}/${stream}`, records);
  }

  /** A request leaves. */
  sent(party: Party, { operation, stream, id, ref, before, after }: Effect) {
    if (operation === "delete" || after === undefined) return;
    const at = `${operation} of ${id} for ${party.userId}`;
    const known = ref ?? this.recordOf(party, stream, id, before);
    const candidates = [...party.seen.entries()]
      .filter(([key]) =>
        known === undefined
          ? key.startsWith("appointment/") === (stream === "appointments")
          : key === keyOf(known),
      )
      .flatMap(([, versions]) => versions);
    const mayGo = candidates.filter((one) => this.#inScope(party, one));
    if (mayGo.length === 0) return this.report(`${at}: it is out of scope`);
    if (operation === "create") this.#gate(party, mayGo, at);
    const carries = mayGo.some((record) =>
      party.views.some(({ options }) => {
        const checked = canonicalOf(record, options);
        if (!checked.ok) return false;
        const form = codec(stream).normalize(checked.canonical);
        const now: Fields = read(stream, after, form).fields;
        const wanted: Fields = form.fields;
        const then: Fields =
          before === undefined ? {} : read(stream, before, form).fields;
        return changed(then, now).every(
          (name) => (now[name] ?? "") === (wanted[name] ?? ""),
        );
      }),
    );
    if (!carries) this.report(`${at}: not what the record holds\n${after}`);
  }

  /** A request has its effect. */
  done(party: Party, effect: Effect): void {
    const { operation, stream, id, before, after } = effect;
    const at = `${operation} of ${id} for ${party.userId}`;
    const link = this.#linkOf(party, stream, id);
    const ref = this.recordOf(party, stream, id, before) ?? effect.ref;
    const record = ref ? keyOf(ref) : id;
    const base = link ? (JSON.parse(link.fields || "{}") as Fields) : {};
    const believed = this.#formOf(party, ref, base);
    if (before !== undefined) {
      const was = reading(stream, before, believed);
      const now: Reading =
        after === undefined ? {} : reading(stream, after, believed);
      for (const name of changed(was, now)) {
        const lost = was[name];
        if (lost === undefined) continue;
        // With the item goes all that is not ours.
        if (operation === "delete" && !this.#isSent(party, ref, name)) continue;
        const ours = this.#authored.get(`${party.userId}${id}`)?.[name];
        if (lost !== base[name] && lost !== ours)
          this.#journaled(party, stream, record, { name, remote: lost }, at);
        if (operation !== "update" || now[name] !== undefined) continue;
        this.#removed(party, stream, record);
        if (base[name] === undefined && lost !== ours)
          this.report(`${at}: empties ${name}, which was never agreed`);
      }
    }
    if (operation === "delete") {
      this.#removed(party, stream, record);
      if (link?.origin === "adopted") this.report(`${at}: it was there before`);
      this.#authored.delete(`${party.userId}${id}`);
      return;
    }
    if (after === undefined) return;
    if (before !== undefined) {
      const kept = unmapped(after);
      for (const line of unmapped(before))
        if (!kept.includes(line)) this.report(`${at}: lost "${line}"`);
    }
    const { fields } = read(stream, after, believed);
    this.#authored.set(`${party.userId}${id}`, fields);
  }

  /** A change came into ams. */
  took(party: Party, was: AmsRecord, now: AmsRecord): void {
    const stream = was.kind === "appointment" ? "appointments" : "contacts";
    const record = keyOf(was);
    const at = `change of ${record} for ${party.userId}`;
    if (!this.#inScope(party, was)) this.report(`${at}: it is out of scope`);
    const link = this.world.stream(party, stream).links.get(record);
    const base = link ? (JSON.parse(link.fields || "{}") as Fields) : {};
    const [then, next] = [filled(was.values), filled(now.values)];
    for (const name of changed(then, next)) {
      const lost = then[name];
      if (lost === undefined) continue;
      const ours = this.#authored.get(record)?.[name];
      if (lost !== base[name] && lost !== ours)
        this.#journaled(party, stream, record, { name, ams: lost }, at);
      if (next[name] !== undefined) continue;
      this.#removed(party, stream, record);
      if (base[name] === undefined)
        this.report(`${at}: empties ${name}, which was never agreed`);
    }
    this.#authored.set(record, next);
  }

  /** A record was made of an item. */
  made({ accountId, stream, uid }: RemoteOrigin, record: AmsRecord): void {
    const origin = `${accountId} ${stream} ${uid}`;
    if (this.#origins.has(origin))
      this.report(`${keyOf(record)}: made of ${uid} once more`);
    this.#origins.add(origin);
    for (const party of this.world.parties)
      if (party.key.accountId === accountId)
        for (const fault of madeAgain(this.world, party, stream, uid, record))
          this.report(fault);
  }

  /** The record that an item belongs to, as far as anybody can tell. */
  recordOf(
    party: Party,
    stream: StreamKind,
    id: string,
    text: string | undefined,
  ): RecordRef | undefined {
    const link = this.#linkOf(party, stream, id);
    if (link) return { kind: link.kind, id: link.recordId };
    const uid = text && codec(stream).read(text).uid;
    return uid ? recordOfUid(TENANT, uid) : undefined;
  }

  #linkOf(party: Party, stream: StreamKind, id: string) {
    const { links } = this.world.stream(party, stream);
    return [...links.values()].find(({ itemId }) => itemId === id);
  }

  #formOf(
    { options }: Party,
    ref: RecordRef | undefined,
    base: Fields,
  ): Canonical | undefined {
    const record = ref && this.world.ams.recordOf(ref);
    const checked = record && canonicalOf(record, options);
    if (!checked?.ok) return undefined;
    return Object.keys(base).length > 0
      ? ({ ...checked.canonical, fields: base } as Canonical)
      : checked.canonical;
  }

  #isSent({ views }: Party, ref: RecordRef | undefined, name: string) {
    if (!ref) return true;
    return views.every(({ options }) =>
      sentFields(ref.kind, options).includes(name),
    );
  }

  #inScope({ views }: Party, record: AmsRecord): boolean {
    const now = this.world.clock.epoch() as Instant;
    return views.some(({ user, options }) => {
      const found = scope(record, user, options, now);
      return found.in || found.gate;
    });
  }

  /** What was last edited before that day goes only where it went before. */
  #gate(party: Party, records: readonly AmsRecord[], at: string): void {
    const now = this.world.clock.epoch() as Instant;
    const [first] = records;
    if (!first) return;
    const key = keyOf(first);
    const linked = STREAMS.some((kind) =>
      this.world.stream(party, kind).links.has(key),
    );
    const held = !records.some((record) =>
      party.views.some(({ user, options }) => {
        const found = scope(record, user, options, now);
        return found.in || found.reason !== "not-edited-since";
      }),
    );
    if (held && !linked && !party.begun.has(key))
      this.report(`${at}: it was not edited since that day`);
    party.begun.add(key);
  }

  #journaled(
    party: Party,
    stream: StreamKind,
    record: string,
    { name, ...value }: { name: string; ams?: string; remote?: string },
    at: string,
  ): void {
    const [side, lost] = Object.entries(value)[0] ?? [];
    const { conflicts } = this.world.stream(party, stream);
    const told = conflicts.some(
      ({ kind, recordId, conflict }) =>
        `${kind}/${recordId}` === record &&
        conflict.field === name &&
        (side === "ams" ? conflict.ams : conflict.remote) === lost,
    );
    if (!told) this.report(`${at}: "${lost}" of ${name} is lost in silence`);
  }

  #removed(party: Party, stream: StreamKind, record: string): void {
    const { clock } = this.world;
    const { links } = this.world.stream(party, stream);
    const of = `${party.userId}/${stream}`;
    const fault = this.#removals.add(of, record, links.size, clock.epoch());
    if (fault !== undefined) this.report(fault);
  }
}

const note = ({ seen }: Party, record: AmsRecord): void => {
  const key = keyOf(record);
  seen.set(key, [...(seen.get(key) ?? []), record]);
};
