/** A table as the server announces it before its first row. */
export interface Relation {
  /** With its schema: "ams.customer". */
  readonly name: string;
  /** In the order of the tuples. */
  readonly columns: readonly string[];
}

/** Values as the text that they were sent as; undefined: not sent, as it did not change. */
export type Row = Readonly<Record<string, string | null | undefined>>;

export type Message =
  /** `xid`: the lower 32 bits of the transaction's number. */
  | { readonly tag: "begin"; readonly committedAt: Date; readonly xid: number }
  /** 0n: the server told none. */
  | { readonly tag: "commit"; readonly endLsn: bigint }
  | { readonly tag: "insert"; readonly relation: Relation; readonly new: Row }
  | {
      readonly tag: "update";
      readonly relation: Relation;
      /** The key under REPLICA IDENTITY DEFAULT, and only where it changed; all of the row, always, under FULL. */
      readonly old: Row | undefined;
      readonly new: Row;
    }
  | { readonly tag: "delete"; readonly relation: Relation; readonly old: Row }
  | {
      readonly tag: "truncate";
      readonly relations: readonly Relation[];
    };

/** Milliseconds from 1970 to the beginning of PostgreSQL's time. */
const EPOCH_MS = 946_684_800_000;

const char = (letter: string): number => letter.charCodeAt(0);
const BEGIN = char("B");
const COMMIT = char("C");
const INSERT = char("I");
const UPDATE = char("U");
const DELETE = char("D");
const TRUNCATE = char("T");
const RELATION = char("R");
/** A commit's origin, a column's type and a message of a program: of no concern here. */
const OTHERS = new Set([char("O"), char("Y"), char("M")]);
const NEW = char("N");
const KEY = char("K");
const OLD = char("O");
const TEXT = char("t");
const NULL = char("n");
const UNCHANGED = char("u");
/** Characters of one. */
const UUID = 36;

/**
 * Reads pgoutput, protocol 1 (PostgreSQL's documentation, "Logical Replication
 * Message Formats"). Own code, as a flood is three messages for each row, and
 * only a date, a position and the key columns of each are of use.
 */
export class PgoutputReader {
  readonly #relations = new Map<number, Relation>();
  /** One Date for all transactions of a millisecond: what waits to be stored has to be small. */
  #committedAt = new Date(NaN);
  /** The UUID that was read last: mostly the tenant's, which then is not made anew for each row. */
  #repeated = { bytes: Buffer.alloc(0), text: "" };
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  /** The message from `from` to the end; undefined for what says nothing by itself. @throws on anything that the format does not know */
  read(bytes: Buffer, from = 0): Message | undefined {
    this.#bytes = bytes;
    this.#at = from + 1;
    const tag = bytes[from] ?? 0;
    switch (tag) {
      case BEGIN:
        return this.#begin();
      case COMMIT:
        // Flags, and the commit's own position.
        this.#skip(1 + 8);
        return { tag: "commit", endLsn: this.#uint64() };
      case INSERT: {
        const relation = this.#relation();
        this.#expect(NEW);
        return { tag: "insert", relation, new: this.#row(relation) };
      }
      case UPDATE:
        return this.#update();
      case DELETE: {
        const relation = this.#relation();
        this.#expect(KEY, OLD);
        return { tag: "delete", relation, old: this.#row(relation) };
      }
      case TRUNCATE:
        return this.#truncate();
      case RELATION:
        this.#announced();
        return undefined;
    }
    if (OTHERS.has(tag)) return undefined;
    throw new Error(`An unknown message of pgoutput: ${tag}.`);
  }

  #begin(): Message {
    // The position that its commit will have.
    this.#skip(8);
    const microseconds = BigInt.asIntN(64, this.#uint64());
    const ms = EPOCH_MS + Number(microseconds / 1000n);
    if (this.#committedAt.getTime() !== ms) this.#committedAt = new Date(ms);
    const xid = this.#uint32();
    return { tag: "begin", committedAt: this.#committedAt, xid };
  }

  #update(): Message {
    const relation = this.#relation();
    const first = this.#expect(NEW, KEY, OLD);
    let old: Row | undefined;
    if (first !== NEW) {
      old = this.#row(relation);
      this.#expect(NEW);
    }
    return {
      tag: "update",
      relation,
      old,
      new: this.#row(relation, first === OLD ? old : undefined),
    };
  }

  #truncate(): Message {
    const count = this.#uint32();
    // CASCADE, RESTART IDENTITY.
    this.#skip(1);
    const relations: Relation[] = [];
    for (let index = 0; index < count; index += 1)
      relations.push(this.#relation());
    return { tag: "truncate", relations };
  }

  #announced(): void {
    const oid = this.#uint32();
    const name = `${this.#string()}.${this.#string()}`;
    // The replica identity.
    this.#skip(1);
    const columns: string[] = [];
    for (let rest = this.#uint16(); rest > 0; rest -= 1) {
      // Flags before the name; type and type modifier after it.
      this.#skip(1);
      columns.push(this.#string());
      this.#skip(4 + 4);
    }
    this.#relations.set(oid, { name, columns });
  }

  #relation(): Relation {
    const oid = this.#uint32();
    const relation = this.#relations.get(oid);
    if (relation === undefined)
      throw new Error(`A row of table ${oid}, which was not announced.`);
    return relation;
  }

  /** @param before what an unchanged value that is stored apart (TOAST) is taken from */
  #row({ columns }: Relation, before?: Row): Row {
    const row: Record<string, string | null | undefined> = {};
    const count = this.#uint16();
    for (let index = 0; index < count; index += 1) {
      const name = columns[index];
      if (name === undefined)
        throw new Error("A row with more columns than its table.");
      const kind = this.#expect(TEXT, NULL, UNCHANGED);
      if (kind === TEXT) row[name] = this.#value(this.#uint32());
      else row[name] = kind === NULL ? null : before?.[name];
    }
    return row;
  }

  #expect(one: number, other = one, third = one): number {
    const byte = this.#bytes[this.#skip(1)] ?? 0;
    if (byte !== one && byte !== other && byte !== third)
      throw new Error(`An unknown part of a message of pgoutput: ${byte}.`);
    return byte;
  }

  /** @returns where it stood. @throws at the end of the message */
  #skip(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.#bytes.length)
      throw new Error("A message of pgoutput that ends too soon.");
    return at;
  }

  #value(bytes: number): string {
    if (bytes !== UUID) return this.#text(bytes);
    const { bytes: last } = this.#repeated;
    const at = this.#at;
    if (
      last.length === bytes &&
      at + bytes <= this.#bytes.length &&
      last.compare(this.#bytes, at, at + bytes) === 0
    ) {
      this.#skip(bytes);
      return this.#repeated.text;
    }
    const text = this.#text(bytes);
    this.#repeated = {
      bytes: Buffer.from(this.#bytes.subarray(at, at + bytes)),
      text,
    };
    return text;
  }

  #text(bytes: number): string {
    const begin = this.#skip(bytes);
    return this.#bytes.toString("utf8", begin, this.#at);
  }

  #string(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#text(
      (end < 0 ? this.#bytes.length + 1 : end) - this.#at,
    );
    this.#skip(1);
    return text;
  }

  #uint16(): number {
    return this.#bytes.readUInt16BE(this.#skip(2));
  }

  #uint32(): number {
    return this.#bytes.readUInt32BE(this.#skip(4));
  }

  #uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#skip(8));
  }
}
