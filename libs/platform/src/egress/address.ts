import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = readonly [base: Address, bits: number];

/** `inner`: whatever is not for everybody on the internet, by IANA's special-purpose registries. */
export type AddressKind = "public" | "inner" | "metadata";

/**
 * Where clouds tell a machine its own secrets: AWS, Azure, Google, OpenStack and others (169.254.169.254), ECS tasks,
 * EKS pods, Azure's wire server, Alibaba, Oracle. Azure's is an address like any other on the internet.
 */
export const METADATA = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "168.63.129.16",
  "100.100.100.200",
  "192.0.0.192",
  "fd00:ec2::23",
  "fd00:ec2::254",
  "fd20:ce::254",
].map((text) => ipaddr.parse(text).toNormalizedString());

/** RFC 4291 section 2.4. Of the rest ipaddr.js takes for "unicast" what no RFC names, so `::127.0.0.1`, too. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** IPv6 networks whose addresses end in an IPv4 address that somebody hands on to: mapped, compatible, translated, NAT64. */
const ENDS_IN_IPV4 = [
  "::ffff:0:0/96",
  "::/96",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
].map((text) => ipaddr.IPv6.parseCIDR(text));

/** Of the one spelling that the system's calls give back and take; undefined for every other text. */
export function parseAddress(text: string): Address | undefined {
  return isIP(text) !== 0 && ipaddr.isValid(text)
    ? ipaddr.parse(text)
    : undefined;
}

export function kindOf(address: Address): AddressKind {
  if (METADATA.includes(address.toNormalizedString())) return "metadata";
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST))
    return "inner";
  return address.range() === "unicast" ? "public" : "inner";
}

/** The IPv4 address that stands in an IPv6 address: who sends there may end up at that one. */
export function embeddedIn(address: Address): Address | undefined {
  if (!(address instanceof ipaddr.IPv6)) return undefined;
  const bytes = address.toByteArray();
  // `::` and `::1` look like compatible ones (RFC 4291 section 2.5.5.1) and are none.
  if (["unspecified", "loopback"].includes(address.range())) return undefined;
  if (ENDS_IN_IPV4.some((network) => address.match(network)))
    return new ipaddr.IPv4(bytes.slice(12));
  // RFC 3056 section 2.
  if (address.range() === "6to4") return new ipaddr.IPv4(bytes.slice(2, 6));
  // RFC 4380 section 4: the client's, each bit turned over.
  if (address.range() === "teredo")
    return new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
  return undefined;
}

export const contains = ([base, bits]: Network, address: Address): boolean =>
  base.kind() === address.kind() && address.match(base, bits);

/** The network of this one address. */
export const alone = (address: Address): Network => [
  address,
  address.kind() === "ipv4" ? 32 : 128,
];
