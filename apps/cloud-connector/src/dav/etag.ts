/**
 * ETags are kept as the server writes them, quotes or not. Only a strong one can stand in `If-Match`: RFC 9110 section
 * 13.1.1 compares strongly, so a weak one never matches.
 */
export const isStrong = (etag: string | undefined): etag is string =>
  etag !== undefined && etag !== "" && !/^W\//i.test(etag);

/** The same version, where a server writes it once with and once without quotes or marks it weak on the way. */
export const sameVersion = (one: string, other: string): boolean =>
  bare(one) === bare(other);

const bare = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//i, "")
    .replace(/^"(.*)"$/, "$1");
