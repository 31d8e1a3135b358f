import { recordOfUid } from "@ams-sync/connector-kit";
import type { RecordRef, RemoteOrigin } from "@ams-sync/connector-kit";
import { canonicalOf, sentFields } from "@ams-sync/sync-core";
import type {
  AmsRecord,
  Canonical,
  Fields,
  StreamKind,
} from "@ams-sync/sync-core";
import { Deletes } from "./deletes.js";
import { madeAgain } from "./made-again.js";
import { STREAMS, TENANT } from "./party.js";
import type { Party } from "./party.js";
import { unmapped } from "./people.js";
import { changed, codec, filled, keyOf, read, reading } from "./readings.js";
import type { Reading } from "./readings.js";
import { isWanted } from "./reads.js";
import { Removals, isOther } from "./removals.js";
import type { Approval, Going } from "./removals.js";
import { wrongIn } from "./sends.js";
import type { Effect } from "./effect.js";
import type { Watched } from "./watched.js";

/** Looks at every write, on either side, as it happens. What is wrong is told at the next step. */
export class Watch {
  readonly faults: string[] = [];
  readonly #authored = new Map<string, Fields>();
  readonly #origins = new Set<string>();
  readonly #removals = new Removals();
  readonly #deletes = new Deletes();

  constructor(private readonly world: Watched) {}

  report(fault: string): void {
    this.faults.push(fault);
  }

  /** A run begins: what it finds marked as sent may have gone out before. */
  begin(party: Party): void {
    for (const kind of STREAMS)
      for (const entry of this.world.stream(party, kind).due(Infinity))
        if (entry.side === "ams" && entry.sent)
          party.begun.add(`${entry.kind}/${entry.recordId}`);
  }

  /** After each step. */
  links(): void {
    for (const party of this.world.parties)
      for (const kind of STREAMS)
        for (const [key, { itemId, hash }] of this.world.stream(party, kind)
          .links) {
          party.linkedOnce.set(itemId, key);
          if (hash !== "") party.left.delete(itemId);
        }
  }

  /** Capture tells that a record was deleted. */
  buried(ref: RecordRef): void {
    this.#deletes.buried(ref);
  }

  approved(
    party: Party,
    stream: StreamKind,
    approvals: readonly Approval[],
  ): void {
    this.#removals.approve(`${party.userId}/${stream}`, approvals);
  }

  /** A request leaves. */
  sent(party: Party, effect: Effect): void {
    const { operation, stream, id, ref, before } = effect;
    if (operation === "delete") {
      // Of what is gone already nothing is deleted.
      if (before !== undefined) this.#deletion(party, stream, id, before);
      return;
    }
    const known = ref ?? this.recordOf(party, stream, id, before);
    for (const fault of wrongIn(this.world, party, effect, known))
      this.report(fault);
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
        this.#removed(party, stream, { record, field: name });
        const may = lost === ours || isOther(name, was, now);
        if (base[name] === undefined && !may)
          this.report(`${at}: empties ${name}, which was never agreed`);
      }
    }
    if (operation === "delete") {
      this.#removed(party, stream, { record });
      if (before !== undefined && codec(stream).read(before).obstacle)
        this.report(`${at}: it was no record any more`);
      this.#authored.delete(`${party.userId}${id}`);
      return;
    }
    if (after === undefined) return;
    party.left.delete(id);
    if (before !== undefined) {
      const kept = unmapped(after);
      for (const line of unmapped(before))
        if (!kept.includes(line)) this.report(`${at}: lost "${line}"`);
    }
    if (operation === "create" && effect.ref)
      this.#deletes.created(party.key.accountId, id, effect.ref);
    const { fields } = read(stream, after, believed);
    this.#authored.set(`${party.userId}${id}`, fields);
  }

  /** A change came into ams. */
  took(party: Party, was: AmsRecord, now: AmsRecord): void {
    const stream = was.kind === "appointment" ? "appointments" : "contacts";
    const record = keyOf(was);
    const at = `change of ${record} for ${party.userId}`;
    const wanted = party.sights.some(
      ([key, sight]) => key === record && isWanted({ ...sight, record: was }),
    );
    if (!wanted) this.report(`${at}: it is out of scope`);
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
      this.#removed(party, stream, { record, field: name, inAms: true });
      if (base[name] === undefined && !isOther(name, then, next))
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
    this.#deletes.imported(accountId, uid, record);
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

  #isSent(party: Party, ref: RecordRef | undefined, name: string): boolean {
    if (!ref) return true;
    return party.sights.every(([, { options }]) =>
      sentFields(ref.kind, options).includes(name),
    );
  }

  #deletion(party: Party, stream: StreamKind, id: string, text: string): void {
    const link = this.#linkOf(party, stream, id);
    const objection = this.#deletes.objection({
      ...{
        account: party.key.accountId,
        id,
        uid: codec(stream).read(text).uid,
      },
      holder: link && keyOf({ kind: link.kind, id: link.recordId }),
      left: party.left.has(id) && !link?.hash,
      sightsOf: (key) =>
        party.sights.flatMap(([of, sight]) => (of === key ? [sight] : [])),
    });
    if (objection !== undefined)
      this.report(`delete of ${id} for ${party.userId}: ${objection}`);
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

  #removed(party: Party, stream: StreamKind, removal: Going): void {
    const { clock } = this.world;
    const { links } = this.world.stream(party, stream);
    const of = `${party.userId}/${stream}`;
    const fault = this.#removals.add(of, removal, links.size, clock.epoch());
    if (fault !== undefined) this.report(fault);
  }
}
