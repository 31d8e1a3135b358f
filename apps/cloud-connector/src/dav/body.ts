import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { ConnectorError } from "@ams-sync/connector-kit";

/** Characters of one item, photo and all; what is longer is cut, and an item that is cut cannot be read. */
const LONGEST_ITEM = 8 * 2 ** 20;

/** In place of bytes that are no UTF-8. A noncharacter: nobody sends it, and nobody writes an item with it back. */
const LOST = "\uFDD0";

/**
 * An answer to its end, at most `limit` bytes, in pieces of text as they come: no more of it is asked for than its reader
 * takes. Longer text between two tags, or without any tag, is an item's: it is cut while it comes, so that it costs that
 * item only, and no memory.
 */
export async function* readBody(
  stream: Readable,
  limit: number,
  host: string,
): AsyncGenerator<string, void> {
  const decoder = new Decoder();
  let beginning = "";
  let size = 0;
  /** Characters since the last tag. */
  let run = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > limit)
      throw new ConnectorError(
        "rejected",
        `${host} sent an answer of more than ${Math.round(limit / 2 ** 20)} MiB, which is refused; is the address that of a DAV server?`,
      );
    const piece = decoder.decode(chunk);
    const first = piece.indexOf("<");
    const head = first < 0 ? piece.length : first;
    if (beginning.length < 100) beginning += piece.slice(0, 100);
    if (run + head <= LONGEST_ITEM) yield piece;
    else {
      yield piece.slice(0, Math.max(0, LONGEST_ITEM - run));
      if (!/^\s*</.test(beginning)) return;
      yield piece.slice(head);
    }
    run = first < 0 ? run + head : piece.length - 1 - piece.lastIndexOf("<");
  }
  yield decoder.end();
}

/**
 * UTF-8 whatever the answer says of itself, as RFC 6352 and 4791 want items: a name that was read in another charset
 * would come into ams as nonsense. XML may be UTF-16 with its mark (RFC 4918 section 8.2).
 */
class Decoder {
  #decoder: TextDecoder | undefined;

  decode(chunk: Buffer): string {
    this.#decoder ??= decoderFor(chunk);
    const spared =
      this.#decoder.encoding === "utf-8" && chunk.includes(REPLACEMENT);
    const bytes = spared ? spare(chunk) : chunk;
    const text = lost(this.#decoder.decode(bytes, { stream: true }));
    return spared ? text.replaceAll(SPARED, REPLACEMENT) : text;
  }

  end(): string {
    return lost(this.#decoder?.decode() ?? "");
  }
}

/** What decoders put in place of bytes that are no UTF-8. It may have been sent as such. */
const REPLACEMENT = "\uFFFD";
/** Stands for that one meanwhile; as many bytes. */
const SPARED = "\uFDD1";

const spare = (chunk: Buffer): Buffer =>
  Buffer.from(
    chunk.toString("latin1").replaceAll(latin1(REPLACEMENT), latin1(SPARED)),
    "latin1",
  );

const latin1 = (text: string): string => Buffer.from(text).toString("latin1");

const lost = (text: string): string =>
  text.includes(REPLACEMENT) ? text.replaceAll(REPLACEMENT, LOST) : text;

function decoderFor([first, second]: Buffer): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be");
  return new TextDecoder();
}
