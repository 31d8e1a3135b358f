import { createSocket } from "node:dgram";
import { type LookupAddress, Resolver } from "node:dns";
import { callbackify } from "node:util";
import { dnsQuestion, dnsReply } from "./dns-message.js";

export interface DnsServer {
  /** What a name leads to: the first time, the second time, …; the last of them stays. */
  tell(name: string, ...turns: (readonly string[])[]): void;
  /** How often a name's IPv4 addresses were asked for. */
  asked(name: string): number;
  /** Asks this server and nothing else, in the form of `dns.lookup` with `all`. */
  resolve(
    name: string,
    options: object,
    callback: (
      error: NodeJS.ErrnoException | null,
      addresses: readonly LookupAddress[],
    ) => void,
  ): void;
  stop(): Promise<void>;
}

const A = 1;

/** A DNS server on loopback (RFC 1035, UDP) whose answers nobody may keep, and a resolver that asks it. */
export async function startDnsServer(): Promise<DnsServer> {
  const turns = new Map<string, readonly (readonly string[])[]>();
  const counts = new Map<string, number>();
  const socket = createSocket("udp4", (message, { address, port }) => {
    const { name, type } = dnsQuestion(message);
    const key = `${name} ${type}`;
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    const answers = turns.get(name);
    const now = answers?.[Math.min(turn, answers.length - 1)];
    socket.send(dnsReply(message, now), port, address);
  });
  await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
  const resolver = new Resolver({ timeout: 5_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    tell: (name, ...answers) => {
      turns.set(name, answers);
      for (const key of counts.keys())
        if (key.startsWith(`${name} `)) counts.delete(key);
    },
    asked: (name) => counts.get(`${name} ${A}`) ?? 0,
    resolve: (name, _options, callback) =>
      callbackify(() => addressesOf(resolver, name))(callback),
    stop: async () => {
      resolver.cancel();
      await new Promise<void>((done) => socket.close(done));
    },
  };
}

async function addressesOf(
  resolver: Resolver,
  name: string,
): Promise<LookupAddress[]> {
  const both = await Promise.all([
    resolved((done) => resolver.resolve4(name, done), 4),
    resolved((done) => resolver.resolve6(name, done), 6),
  ]);
  const addresses = both.flat();
  if (addresses.length > 0) return addresses;
  throw Object.assign(new Error(`no address of ${name}`), {
    code: "ENOTFOUND",
  });
}

/** No answer of one family is no error: the other one may have some. */
const resolved = (
  ask: (done: (error: unknown, addresses?: string[]) => void) => void,
  family: 4 | 6,
): Promise<LookupAddress[]> =>
  new Promise((found) =>
    ask((_error, addresses = []) =>
      found(addresses.map((address) => ({ address, family }))),
    ),
  );
