/**
 * What a container is recognised by, however it is spelt: host, port and path of a URL without the scheme, default ports,
 * a trailing slash or needless escapes; any other id as it is. Two accounts that write one collection in two ways must
 * meet here.
 * @returns undefined for a URL that carries credentials, a query or a fragment
 */
export const containerAddress = (container: string): string | undefined => {
  if (!/^https?:\/\//i.test(container) || !URL.canParse(container))
    return container;
  const url = new URL(container);
  if (url.username || url.password || url.search || url.hash) return undefined;
  const path = url.pathname
    .split("/")
    .map(respell)
    .join("/")
    .replace(/\/+$/, "");
  return `${url.host}${path}/`;
};

/** One spelling of a segment: escaped where it must be, upper-case escapes (RFC 3986, 6.2.2). */
const respell = (segment: string): string => {
  try {
    return encodeURIComponent(decodeURIComponent(segment));
  } catch {
    // No UTF-8 behind the escapes: it has only this spelling.
    return segment;
  }
};
