/** One message of PostgreSQL's protocol 3 with its head; the type is empty for what opens a connection. */
export interface Frame {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into messages. A client's first one has no type byte. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0);
  #opening: boolean;

  constructor(side: "client" | "server") {
    this.#opening = side === "client";
  }

  *push(chunk: Buffer): Generator<Frame> {
    this.#rest =
      this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const head = this.#opening ? 0 : 1;
      if (this.#rest.length < head + 4) return;
      const length = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < length) return;
      const bytes = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      yield { type: bytes.toString("latin1", 0, head), bytes };
      this.#opening = false;
    }
  }
}

/** The zero-ended text at `from`, and where the next field begins. */
export function textAt(
  bytes: Buffer,
  from: number,
): { readonly text: string; readonly next: number } {
  const end = bytes.indexOf(0, from);
  return { text: bytes.toString("utf8", from, end), next: end + 1 };
}
