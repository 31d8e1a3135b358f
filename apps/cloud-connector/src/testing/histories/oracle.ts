import { recordOfUid } from "@ams-sync/connector-kit";
import type { Link } from "@ams-sync/connector-kit";
import type { MemoryStream } from "@ams-sync/connector-kit/memory";
import { canonicalOf, sentFields } from "@ams-sync/sync-core";
import type { AmsRecord, Fields, StreamKind } from "@ams-sync/sync-core";
import { belongs, editedInTime, youngEnough } from "./belongs.js";
import { STREAMS, TENANT } from "./party.js";
import type { Party } from "./party.js";
import { rest, writesOf } from "./rest.js";
import { codec, keyOf } from "./readings.js";
import type { HistoryWorld } from "./world.js";

/** What is not as it should be once everything has come to rest; empty: all is well. */
export const faultsOf = async (
  world: HistoryWorld,
): Promise<readonly string[]> => {
  await rest(world);
  const faults = [...world.watch.faults];
  for (const party of world.parties)
    for (const kind of STREAMS)
      if (party.options[kind] !== undefined)
        faults.push(
          ...new Account(world, party, kind)
            .faults()
            .map((fault) => `user ${party.userId}, ${kind}: ${fault}`),
        );
  const before = writesOf(world);
  const links = linksOf(world);
  for (const party of world.parties) {
    world.state.wantAll(party.key.accountId);
    party.server.voidTokens();
    world.poll(party);
    await world.settle(party);
  }
  const after = writesOf(world);
  const more = after.filter((one) => !before.includes(one));
  if (more.length > 0) faults.push(`A further run writes: ${more.join(", ")}`);
  for (const [key, link] of linksOf(world))
    if (link !== links.get(key) && link.itemVersion !== undefined)
      faults.push(`A further run stores the link of ${key} for nothing`);
  return [...faults, ...world.watch.faults.slice(faults.length)];
};

/** State makes a new one of each that it is told to store. */
const linksOf = (world: HistoryWorld): ReadonlyMap<string, Link> =>
  new Map(
    world.parties.flatMap((party) =>
      STREAMS.flatMap((kind) =>
        [...world.stream(party, kind).links].map(
          ([key, link]) => [`${key} for ${party.userId}`, link] as const,
        ),
      ),
    ),
  );

class Account {
  readonly #stream: MemoryStream;
  readonly #links: ReadonlyMap<string, Link>;
  readonly #items: ReadonlyMap<string, string>;
  readonly #aside: ReadonlyMap<string, string>;
  readonly #faults: string[] = [];

  constructor(
    private readonly world: HistoryWorld,
    private readonly party: Party,
    private readonly kind: StreamKind,
  ) {
    this.#stream = world.stream(party, kind);
    this.#links = this.#stream.links;
    const container = party.containerOf(kind);
    this.#items = new Map(
      [...party.server.items].flatMap(([id, { text }]) =>
        id.startsWith(container) ? [[id, text]] : [],
      ),
    );
    this.#aside = new Map(
      this.#stream.setAside.map(({ key, code }) => [key, code]),
    );
  }

  faults(): readonly string[] {
    const { pending, questions } = this.#stream;
    if (pending > 0) this.#faults.push(`${pending} entries wait`);
    if (questions.held.length > 0) this.#faults.push("the stream is held");
    for (const record of this.world.ams.records.values())
      if (this.#isMine(record)) this.#record(record);
    for (const link of this.#links.values()) this.#link(link);
    this.#items.forEach((text, id) => this.#item(id, text));
    return this.#faults;
  }

  #isMine({ kind }: AmsRecord): boolean {
    return (kind === "appointment") === (this.kind === "appointments");
  }

  #belongs(record: AmsRecord): boolean {
    const { world, party } = this;
    return belongs(record, world.user(party), party.options);
  }

  /** Gates hold back what never went out. */
  #isDue(record: AmsRecord): boolean {
    const { options } = this.party;
    return (
      this.#belongs(record) &&
      editedInTime(record, options) &&
      youngEnough(record, options, this.world.clock.epoch())
    );
  }

  /** In scope and not linked: only for a reason that people know. */
  #record(record: AmsRecord): void {
    const key = keyOf(record);
    if (this.#links.has(key)) return;
    if (!this.#isDue(record)) return;
    const checked = canonicalOf(record, this.party.options);
    if (!checked.ok) return;
    const code = this.#aside.get(`ams:${key}`);
    if (code !== undefined && QUESTIONS.has(code)) return;
    this.#faults.push(`${key} is in scope and has no item (${code})`);
  }

  #link(link: Link): void {
    const key = keyOf({ kind: link.kind, id: link.recordId });
    const record = this.world.ams.records.get(key);
    const say = (fault: string) => this.#faults.push(`${key}: ${fault}`);
    if (!record) return void say("linked, and not in ams");
    if (!this.#belongs(record)) say("linked, and out of scope");
    const text = this.#items.get(link.itemId);
    // R52: the next change in ams restores what was lost.
    if (
      text === undefined &&
      link.lost === "noticed" &&
      this.#moved(link, record)
    )
      say("changed since its item was lost, and not restored");
    if (text === undefined) {
      const elsewhere = !link.itemId.startsWith(
        this.party.containerOf(this.kind),
      );
      if (elsewhere) say(`its item ${link.itemId} is in another container`);
      else if (!link.lost && !this.#mayNotKnow(link, record))
        say("its item is gone, and nobody knows");
      return;
    }
    if (codec(this.kind).read(text).cancelled)
      return this.#calledOff(link, record, say);
    if (link.lost) say("its item is there, and counts as lost");
    const checked = canonicalOf(record, this.party.options);
    if (!checked.ok) return;
    const asides = [`ams:${key}`, `remote:${link.itemId}`];
    const code = asides.map((one) => this.#aside.get(one)).find(Boolean);
    const { read, normalize } = codec(this.kind);
    const form = normalize(checked.canonical);
    const item = read(text, form);
    if (item.obstacle !== undefined) {
      if (code !== item.obstacle) say(`its item is ${item.obstacle} (${code})`);
      return;
    }
    if (code !== undefined && PROBLEMS.has(code)) return;
    // R25: what is private in a calendar of the user's own stays there, so that the two may differ.
    const { server } = this.party;
    const theirs = !server.owns(this.party.containerOf(this.kind));
    if (theirs && item.confidential) return;
    const [here, there]: Fields[] = [form.fields, item.canonical.fields];
    for (const name of sentFields(record.kind, this.party.options))
      if (here?.[name] !== there?.[name])
        say(
          `${name} is "${here?.[name]}" here, "${there?.[name]}" there (${code})`,
        );
  }

  /** As good as gone (R50-R52). */
  #calledOff(link: Link, record: AmsRecord, say: (fault: string) => void) {
    if (!link.lost) say("its event was called off, and nobody knows");
    if (link.lost === "noticed" && this.#moved(link, record))
      say("changed since its event was called off, and not restored");
  }

  /**
   * Absence from a list says nothing, so that a loss that no token tells is seen only where the item is read: because its
   * record has changed, or because which version it has is not known.
   */
  #mayNotKnow(link: Link, record: AmsRecord): boolean {
    if (!this.party.server.unseen.has(link.itemId)) return false;
    return link.itemVersion !== undefined && !this.#moved(link, record);
  }

  /** The record is not what was agreed; what cannot be sent is not compared. */
  #moved(link: Link, record: AmsRecord): boolean {
    const checked = canonicalOf(record, this.party.options);
    if (!checked.ok) return false;
    const form: Fields = codec(this.kind).normalize(checked.canonical).fields;
    const base = JSON.parse(link.fields || "{}") as Fields;
    return sentFields(record.kind, this.party.options).some(
      (name) => form[name] !== base[name],
    );
  }

  /** Each item is a record's, or people know why not. */
  #item(id: string, text: string): void {
    const links = [...this.#links.values()].filter((one) => one.itemId === id);
    if (links.length > 1) this.#faults.push(`${id} has two records`);
    if (links.length > 0) return;
    const { uid } = codec(this.kind).read(text);
    const own = uid === undefined ? undefined : recordOfUid(TENANT, uid);
    const left = this.#stream.questions.unlinked.get(id)?.reason;
    const code = this.#aside.get(`remote:${id}`);
    if (own) {
      const key = keyOf(own);
      const { abandoned, server } = this.party;
      // Where a container was left and is used again nobody remembers what was in it.
      const forgotten = abandoned.has(id) || server.tardy.has(id);
      const told = left === "own-left-behind" || left === "record-deleted";
      if (told && forgotten) return;
      this.#faults.push(
        `${key} has another item of ours, ${id} (${left ?? code})`,
      );
    } else if (left === undefined && code === undefined) {
      this.#faults.push(`${id} is forgotten`);
      this.#second(id, text);
    }
  }

  /** An item that was a record's, and the record has another one now. */
  #second(id: string, text: string): void {
    const key = this.party.linkedOnce.get(id) ?? "";
    const record = this.world.ams.records.get(key);
    const link = this.#links.get(key);
    if (!record || !link || !this.#items.has(link.itemId)) return;
    const checked = canonicalOf(record, this.party.options);
    if (!checked.ok) return;
    const { read, normalize } = codec(this.kind);
    const here: Fields = normalize(checked.canonical).fields;
    const there: Fields = read(text, checked.canonical).canonical.fields;
    const name = this.kind === "contacts" ? "lastName" : "reason";
    if (here[name] === there[name])
      this.#faults.push(`${key} has two items, ${id} and ${link.itemId}`);
  }
}

/** Only people can say. */
const QUESTIONS = new Set(["several-items"]);
const PROBLEMS = new Set([
  "no-name",
  "impossible-date",
  "impossible-time",
  "end-without-start",
  "refused-by-ams",
  "busy-in-ams",
]);
