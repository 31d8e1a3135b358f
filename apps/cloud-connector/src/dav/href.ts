/**
 * Hrefs come back re-encoded (upper or lower case), decoded or not encoded at all (seen on four of six servers), as
 * paths or as full URLs. So they are compared decoded, and kept as the server names them.
 */

/** Absolute path (with query, if any) of an href that stood in an answer to `base`. */
export function pathOf(href: string, base: string): string | undefined {
  // "..//" of some servers would be read as a host name.
  const text = href.trim().replace(/^\/{2,}/, "/");
  if (text === "" || !URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return `${url.pathname}${url.search}`;
}

/** Equal for hrefs that name the same resource however they are encoded. A slash at the end does not count. */
export function compareKey(path: string): string {
  return path
    .replace(/\/+$/, "")
    .split("/")
    .map((segment) => encodeURIComponent(decoded(segment)))
    .join("/");
}

/** The last segment, decoded, if `path` is a direct member of the collection; otherwise undefined. */
export function memberName(
  path: string,
  collection: string,
): string | undefined {
  const inside = `${compareKey(collection)}/`;
  const key = compareKey(path);
  if (path.endsWith("/") || !key.startsWith(inside)) return undefined;
  const name = key.slice(inside.length);
  return name === "" || name.includes("/")
    ? undefined
    : decodeURIComponent(name);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    // A lone "%" of a server that does not encode: compared as it is.
    if (error instanceof URIError) return segment;
    throw error;
  }
}
