import { readFile } from "node:fs/promises";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { type Address, contains, METADATA, type Network } from "./address.js";

interface Block {
  readonly cidr: Network;
  readonly except: readonly Network[];
}

const FILE = new URL(
  "../../../../k8s/base/network-policy.yaml",
  import.meta.url,
);
/** `cidr: a/b` and the list under `except:`. */
const BLOCK = /cidr: (\S+)\n\s+except:\n((?:\s+- \S+\/\d+\n)+)/g;

const blocks: readonly Block[] = [
  ...(await readFile(FILE, "utf8")).matchAll(BLOCK),
].map(([, cidr = "", except = ""]) => ({
  cidr: ipaddr.parseCIDR(cidr),
  except: [...except.matchAll(/- (\S+)/g)].map(([, network = ""]) =>
    ipaddr.parseCIDR(network),
  ),
}));

/** Whether the policy lets the connector's packets go there. */
const opens = (text: string): boolean => {
  const address: Address = ipaddr.parse(text);
  return blocks.some(
    ({ cidr, except }) =>
      contains(cidr, address) &&
      !except.some((network) => contains(network, address)),
  );
};

const hex = (bytes: readonly number[]): string =>
  bytes
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .replace(/^(.{4})(.{4})$/, "$1:$2");

/**
 * An IPv4 address inside an IPv6 one. Mapped ones (`::ffff:0:0/96`) are missing, as a system sends those as IPv4, and
 * Kubernetes takes that network for one of IPv4 and refuses it in a list for IPv6.
 */
const disguises = (text: string): readonly string[] => {
  const bytes = ipaddr.parse(text).toByteArray();
  const turned = bytes.map((byte) => byte ^ 0xff);
  return [
    `::${hex(bytes)}`,
    `::ffff:0:${hex(bytes)}`,
    `64:ff9b::${hex(bytes)}`,
    `64:ff9b:1::${hex(bytes)}`,
    `2002:${hex(bytes)}::1`,
    `2001:0:4136:e378:8000:63bf:${hex(turned)}`,
  ];
};

describe("the network policy of the connector", () => {
  it("opens the internet", () => {
    for (const address of ["93.184.216.34", "192.0.1.1", "2a00:1450:4001::5e"])
      expect(opens(address), address).toBe(true);
  });

  it.each(METADATA)("closes the metadata service at %s", (address) => {
    expect(opens(address)).toBe(false);
  });

  it.each(METADATA.filter((address) => !address.includes(":")))(
    "closes %s inside an IPv6 address",
    (address) => {
      expect(disguises(address).filter(opens)).toEqual([]);
    },
  );

  it.each(["::", "::1", "fe80::1", "fd12::1", "ff02::1", "127.0.0.1"])(
    "closes %s",
    (address) => {
      expect(opens(address)).toBe(false);
    },
  );
});
