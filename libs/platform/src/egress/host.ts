import { type Address, parseAddress } from "./address.js";

/** A host as it can stand in a URL. */
export type Host =
  | { readonly address: Address }
  /** In lower case, IDNA in its ASCII form, without a dot at its end. */
  | { readonly name: string };

/**
 * Reads a host as the URL standard does, which knows the spellings that C libraries take for an address: decimal, octal,
 * hexadecimal, short, percent-encoded, full-width digits, a dot at the end. Undefined for what is none, an address with a
 * zone among it.
 */
export function parseHost(text: string): Host | undefined {
  const bracketed =
    text.includes(":") && !text.startsWith("[") ? `[${text}]` : text;
  const url = `http://${bracketed}/`;
  if (/[/?#@\\\s]/.test(text) || !URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  if (port !== "") return undefined;
  const name = hostname.replace(/\.$/, "");
  const address = parseAddress(name.replace(/^\[(.*)\]$/, "$1"));
  if (address !== undefined) return { address };
  return name === "" || name.startsWith("[") ? undefined : { name };
}

/** RFC 6761, RFC 6762 with its appendix G, RFC 8375, and ICANN's choice of 2024 ("internal"). */
const INNER_DOMAINS =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/**
 * No server on the internet has such a name, and nobody gives out top-level domains that answer themselves (SAC 053). They
 * are not even asked for: what the cluster's DNS says would tell which services there are.
 */
export const isInnerName = (name: string): boolean =>
  !name.includes(".") || INNER_DOMAINS.test(name);
