import { isIP } from "node:net";
import { alone, type Network, parseAddress } from "./address.js";
import { parseHost } from "./host.js";

/** Without a port: every one, but those of other protocols. */
export type AllowEntry = { readonly port: number | undefined } & (
  { readonly name: string } | { readonly network: Network }
);

const EXPECTED =
  "must be a host name, host:port, an address or a network like 10.1.0.0/16";

/** Or what is wrong with it, without what it says. */
export function parseAllowEntry(text: string): AllowEntry | string {
  if (text.includes("/")) return parseNetwork(text);
  if (isIP(text) !== 0) return entryOf(text, undefined);
  const [, host, port] = /^(\[.*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === undefined) return EXPECTED;
  if (port === undefined) return entryOf(host, undefined);
  return Number(port) >= 1 && Number(port) <= 65_535
    ? entryOf(host, Number(port))
    : "must have a port from 1 to 65535";
}

function entryOf(text: string, port: number | undefined): AllowEntry | string {
  const host = parseHost(text);
  if (host === undefined) return EXPECTED;
  if ("name" in host)
    return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host.name)
      ? { name: host.name, port }
      : EXPECTED;
  // A short spelling would open what nobody meant: "10.1" is 10.0.0.1.
  return isIP(text.replace(/^\[(.*)\]$/, "$1")) === 0
    ? "must have its address in full, like 127.0.0.1 or [::1]"
    : { network: alone(host.address), port };
}

function parseNetwork(text: string): AllowEntry | string {
  const [, base = "", digits] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (address === undefined || digits === undefined) return EXPECTED;
  const bits = Number(digits);
  const width = alone(address)[1];
  if (bits > width) return `must have at most /${width} at its end`;
  return hasBitsBehind(address.toByteArray(), bits)
    ? "must be a network, with nothing but zeros behind its bits, like 10.1.0.0/16"
    : { network: [address, bits], port: undefined };
}

const hasBitsBehind = (bytes: readonly number[], bits: number): boolean =>
  bytes.some((byte, index) => {
    const inside = Math.min(8, Math.max(0, bits - index * 8));
    return (byte & (0xff >> inside)) !== 0;
  });
