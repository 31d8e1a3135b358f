import type { LookupAddress, LookupOptions } from "node:dns";
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { parseAddress } from "./address.js";
import type { AllowList } from "./allow-list.js";
import { isInnerName, parseHost } from "./host.js";
import { isOfOtherProtocol } from "./ports.js";
import { EgressRefused } from "./refusal.js";

/** All addresses of a name. */
export type Resolve = (
  name: string,
  options: LookupOptions,
  callback: (
    error: NodeJS.ErrnoException | null,
    addresses: readonly LookupAddress[],
  ) => void,
) => void;

/** Where connections may go. */
export interface Egress {
  readonly allow: AllowList;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

/** Why no connection to this host is begun, as far as that shows without asking DNS. */
export function refusalOf(
  hostname: string,
  port: number,
  { allow }: Egress,
): EgressRefused | undefined {
  const host = parseHost(hostname);
  if (host === undefined) return new EgressRefused("address", hostname);
  if (isOfOtherProtocol(port) && !allow.hasPort(host, port))
    return new EgressRefused("port", `${hostname}:${port}`);
  const open =
    "address" in host
      ? allow.opens(host.address, port)
      : !isInnerName(host.name) || allow.hasName(host.name, port);
  return open ? undefined : new EgressRefused("address", hostname);
}

/**
 * `lookup` for `net.connect`, which connects to the very addresses that this gives back: a name that leads elsewhere the
 * next moment (DNS rebinding) gains nothing. One inner address among them is reason enough, as Node may try any.
 */
export const guardedLookup =
  (port: number, { allow, resolve = systemResolve }: Egress): LookupFunction =>
  (hostname, options, callback) => {
    const host = parseHost(hostname);
    const name = host !== undefined && "name" in host ? host.name : hostname;
    const byName = allow.hasName(name, port);
    // A dot at the end: the search domains of a cluster would make names of its services of it. Five questions less, too.
    resolve(byName ? name : `${name}.`, options, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const [first] = addresses;
      const open = addresses.every(({ address: text }) => {
        const address = parseAddress(text);
        return address !== undefined && allow.opens(address, port, byName);
      });
      if (first === undefined || !open)
        return callback(new EgressRefused("resolved", hostname), "");
      if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    });
  };

const systemResolve: Resolve = (name, options, callback) =>
  lookup(name, { ...options, all: true }, callback);
