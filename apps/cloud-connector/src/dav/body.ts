import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { ConnectorError } from "@ams-sync/connector-kit";

/** Characters of one item, photo and all; what is longer is cut, and an item that is cut cannot be read. */
const LONGEST_ITEM = 8 * 2 ** 20;

/** In place of bytes that are no UTF-8. A noncharacter: nobody sends it, and nobody writes an item with it back. */
const LOST = "\uFDD0";

/**
 * Reads an answer to its end, at most `limit` bytes. Longer text between two tags, or without any tag, is an item's:
 * it is cut while it comes, so that it costs that item only, and no memory.
 */
export async function readBody(
  stream: Readable,
  limit: number,
  host: string,
): Promise<string> {
  const decoder = new Decoder();
  let text = "";
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
    if (run + head <= LONGEST_ITEM) text += piece;
    else {
      text += piece.slice(0, Math.max(0, LONGEST_ITEM - run));
      if (!/^\s*</.test(text.slice(0, 100))) return text;
      text += piece.slice(head);
    }
    run = first < 0 ? run + head : piece.length - 1 - piece.lastIndexOf("<");
  }
  return text + decoder.end();
}

/**
 * UTF-8 whatever the answer says of itself, as RFC 6352 and 4791 want items: a name that was read in another charset
 * would come into ams as nonsense. XML may be UTF-16 with its mark (RFC 4918 section 8.2).
 */
class Decoder {
  #decoder: TextDecoder | undefined;
  /** The last two bytes: a character may be split between two chunks. */
  #before = Buffer.alloc(0);

  decode(chunk: Buffer): string {
    this.#decoder ??= decoderFor(chunk);
    const text = this.#decoder.decode(chunk, { stream: true });
    const before = this.#before;
    this.#before = Buffer.concat([before, chunk.subarray(-2)]).subarray(-2);
    // Rare: the character that stands for lost ones may have been sent as such.
    return text.includes("\uFFFD") &&
      timesIn(text, "\uFFFD") > sentIn(Buffer.concat([before, chunk]))
      ? text.replaceAll("\uFFFD", LOST)
      : text;
  }

  end(): string {
    return (this.#decoder?.decode() ?? "").replaceAll("\uFFFD", LOST);
  }
}

function decoderFor([first, second]: Buffer): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le");
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be");
  return new TextDecoder();
}

const sentIn = (bytes: Buffer): number =>
  timesIn(bytes.toString("latin1"), "\xEF\xBF\xBD");

const timesIn = (text: string, part: string): number =>
  text.split(part).length - 1;
