/**
 * The entry ids in a FLATENTRYLIST (MS-OXCDATA 2.3.3): count, bytes, then each with its length, padded to four bytes. What
 * is broken has none: it is what somebody else's program wrote.
 */
export function entryIdsIn(base64: string): readonly Buffer[] {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < HEAD) return [];
  const count = bytes.readUInt32LE(0);
  const found: Buffer[] = [];
  for (let at = HEAD; found.length < count && at + 4 <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    const end = at + 4 + length;
    if (length === 0 || end > bytes.length) return [];
    found.push(bytes.subarray(at + 4, end));
    at = end + ((4 - (length % 4)) % 4);
  }
  return found.length === count ? found : [];
}

const HEAD = 8;

/** As translateExchangeIds wants them: base64 for addresses, with the count of padding signs in place of them. */
export function urlTokenOf(entryId: Buffer): string {
  const bare = entryId.toString("base64url");
  return `${bare}${(4 - (bare.length % 4)) % 4}`;
}
