import diagnostics from "node:diagnostics_channel";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowList } from "./allow-list.js";
import { refusalOf } from "./guard.js";
import { guardedAgent } from "./guarded-agent.js";
import { EgressRefused } from "./refusal.js";

/** As users may type them between "https://" and the next slash. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  loopback: [
    "127.0.0.1",
    "127.0.0.1.",
    "127.0.0.2",
    "127.255.255.254",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7F.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.0.0.01",
    "127.0x0.0.1",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "①②⑦.⓪.⓪.①",
    "127\u{ad}.0.0.1",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000::0001]",
    "[::0.0.0.1]",
  ],
  "IPv4 in IPv6": [
    "[::ffff:127.0.0.1]",
    "[::FFFF:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::10.0.0.1]",
    "[64:ff9b::8.8.8.8]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:808:808::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001::f5ff:fffe]",
  ],
  private: [
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "3232235777",
    "0xc0a80101",
    "0300.0250.1.1",
    "012.1",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
  ],
  "link-local": ["169.254.1.1", "[fe80::1]", "[febf::1]", "[fec0::1]"],
  metadata: [
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "169.254.43518",
    "169.254.170.2",
    "168.63.129.16",
    "2822734096",
    "100.100.100.200",
    "192.0.0.192",
    "[fd00:ec2::254]",
    "[FD00:EC2:0:0:0:0:0:254]",
    "[fd20:ce::254]",
  ],
  CGNAT: ["100.64.0.1", "100.127.255.255", "0x64400001"],
  multicast: ["224.0.0.1", "239.255.255.255", "[ff02::1]", "[ff0e::1]"],
  unspecified: ["0.0.0.0", "0", "0x0", "0.1.2.3", "[::]", "[0::0]"],
  "reserved and documentation": [
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "[100::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[4000::1]",
    "[5f00::1]",
  ],
  "names of what is inside": [
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ｌocalhost",
    "a.b.localhost",
    "state",
    "state.",
    "metadata",
    "metadata.google.internal",
    "postgres.default.svc.cluster.local",
    "fritz.box.home.arpa",
    "nas.LAN.",
  ],
};
const CASES = Object.entries(REFUSED).flatMap(([kind, hosts]) =>
  hosts.map((host) => [kind, host] as const),
);

const nothing = allowList.parse("");
const agent = guardedAgent({
  allow: nothing,
  resolve: () => {
    throw new Error("DNS was asked.");
  },
});
let sockets = 0;
const count = (): void => void (sockets += 1);
beforeAll(() => diagnostics.subscribe("net.client.socket", count));
afterAll(async () => {
  diagnostics.unsubscribe("net.client.socket", count);
  await agent.close();
});

const ask = (url: string): Promise<unknown> => {
  const { origin, pathname: path } = new URL(url);
  return agent.request({ origin, path, method: "GET" });
};

describe("an address that does not lead to the internet is refused without a socket and without DNS", () => {
  it.each(CASES)("%s: %s", async (_kind, host) => {
    for (const scheme of ["http", "https"]) {
      const error = await ask(`${scheme}://${host}/`).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(EgressRefused);
      expect(error).toMatchObject({ reason: "address" });
    }
    expect(sockets).toBe(0);
  });

  it("has no small number of cases", () => {
    expect(new Set(CASES.map(([, host]) => host)).size).toBeGreaterThan(100);
  });

  // Node takes these, the URL standard does not.
  it.each(["fe80::1%eth0", "[fe80::1%25eth0]", "::1%lo", "fe80::1%br-0"])(
    "with a zone: %s",
    (host) => {
      expect(URL.canParse(`http://[${host.replace(/[[\]]/g, "")}]/`)).toBe(
        false,
      );
      const refusal = refusalOf(host, 80, { allow: nothing });
      expect(refusal).toMatchObject({ reason: "address" });
    },
  );

  it.each(["", "a b", "a/b", "a@b", "1.2.3.4.5", "256.1.1.1", "[::1", "a:80"])(
    "what is no host: %j",
    (host) => {
      const refusal = refusalOf(host, 80, { allow: nothing });
      expect(refusal).toMatchObject({ reason: "address" });
    },
  );
});

it.each([
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.1",
  "168.63.129.17",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.167.255.255",
  "223.255.255.255",
  "[2a00:1450:4001:80b::200e]",
  "[2606:4700::1111]",
  "dav.example.com",
  "dav.example.com.",
  "größe.example",
  "localhost.example.com",
  "internal.example",
  "127.0.0.1.nip.io",
])("%s may be asked", (host) => {
  expect(refusalOf(host, 443, { allow: nothing })).toBeUndefined();
});
