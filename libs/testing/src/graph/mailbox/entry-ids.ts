import { createHash } from "node:crypto";
import type { Mailbox } from "./mailbox.js";
import type { ItemIds } from "./ids.js";

/** The entry id that MAPI clients know an item by: 70 bytes, as those of messages are. */
export const entryId = (ids: ItemIds): Buffer => {
  const digest = createHash("sha512").update(ids.immutable).digest();
  return Buffer.concat([Buffer.alloc(4), digest, Buffer.of(0, 0)]);
};

/** Base64 for addresses as translateExchangeIds wants it: "-", "_" and the count of padding in place of "=". */
export const urlToken = (bytes: Buffer): string => {
  const text = bytes.toString("base64");
  const bare = text.replace(/=+$/, "");
  return `${bare.replaceAll("+", "-").replaceAll("/", "_")}${text.length - bare.length}`;
};

/**
 * PidLidContactLinkEntry: a FLATENTRYLIST (MS-OXCDATA 2.3.3) of entry ids: count, bytes, then each with its length,
 * padded to four bytes.
 */
export function contactLinkEntry(entries: readonly Buffer[]): string {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const list = Buffer.concat(
    entries.flatMap((entry) => [
      number(entry.length),
      entry,
      Buffer.alloc((4 - (entry.length % 4)) % 4),
    ]),
  );
  return Buffer.concat([
    number(entries.length),
    number(list.length),
    list,
  ]).toString("base64");
}

type Format = (ids: ItemIds) => string;

const FORMATS: Readonly<Record<string, Format>> = {
  entryId: (ids) => urlToken(entryId(ids)),
  immutableEntryId: (ids) => urlToken(entryId(ids)),
  ewsId: (ids) => ids.movable.replaceAll("-", "/").replaceAll("_", "+"),
  restId: (ids) => ids.movable,
  restImmutableEntryId: (ids) => ids.immutable,
};

export const isFormat = (name: unknown): name is string =>
  typeof name === "string" && Object.hasOwn(FORMATS, name);

/** undefined where no item of the mailbox has this id. */
export function translated(
  mailbox: Mailbox,
  id: string,
  from: string,
  to: string,
): string | undefined {
  for (const { ids } of mailbox.items.values())
    if (FORMATS[from]?.(ids) === id) return FORMATS[to]?.(ids);
  return undefined;
}
