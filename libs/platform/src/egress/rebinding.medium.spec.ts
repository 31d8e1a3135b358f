import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type DnsServer, startDnsServer } from "@ams-sync/testing";
import type { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowList } from "./allow-list.js";
import { guardedAgent } from "./guarded-agent.js";

/** Stands for an address on the internet: it is opened. The same port of 127.0.0.1 is what nobody may reach. */
const OUTSIDE = "127.0.0.2";
const INSIDE = "127.0.0.1";

/** An HTTP server that counts the connections to it. */
async function listen(host: string, port = 0) {
  const server: Server = createServer((_request, response) =>
    response.end(host),
  );
  const seen = { connections: 0 };
  server.on("connection", () => (seen.connections += 1));
  await new Promise<void>((done) => server.listen(port, host, done));
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

let dns: DnsServer;
let outside: Awaited<ReturnType<typeof listen>>;
let inside: typeof outside;
let kept: Agent;
let fresh: Agent;
beforeEach(async () => {
  dns = await startDnsServer();
  outside = await listen(OUTSIDE);
  inside = await listen(INSIDE, outside.port);
  const egress = { allow: allowList.parse(OUTSIDE), resolve: dns.resolve };
  kept = guardedAgent(egress);
  fresh = guardedAgent(egress, { pipelining: 0 });
});
afterEach(async () => {
  await Promise.all([kept.close(), fresh.close()]);
  await Promise.all([outside.stop(), inside.stop(), dns.stop()]);
});

const ask = async (agent: Agent, host = "wolke.example"): Promise<string> => {
  const origin = `http://${host}:${outside.port}`;
  const { body } = await agent.request({ origin, path: "/", method: "GET" });
  return body.text();
};
const REFUSED = { name: "EgressRefused", reason: "resolved" };

describe("a name that leads outside first and inside then", () => {
  it("is refused with the next connection", async () => {
    dns.tell("wolke.example", [OUTSIDE], [INSIDE]);
    expect(await ask(fresh)).toBe(OUTSIDE);
    await expect(ask(fresh)).rejects.toMatchObject(REFUSED);
    expect(outside.seen.connections).toBe(1);
    expect(inside.seen.connections).toBe(0);
  });

  it("is connected to where it led when it was looked at: there is no second question", async () => {
    dns.tell("wolke.example", [OUTSIDE], [INSIDE]);
    expect(await ask(kept)).toBe(OUTSIDE);
    expect(dns.asked("wolke.example")).toBe(1);
    expect(inside.seen.connections).toBe(0);
  });

  it("costs a kept connection nothing: it is neither asked for nor looked at again", async () => {
    dns.tell("wolke.example", [OUTSIDE], [INSIDE]);
    for (let times = 0; times < 5; times += 1) {
      expect(await ask(kept)).toBe(OUTSIDE);
      // The text is there a moment before its connection is free again.
      await new Promise((free) => setImmediate(free));
    }
    expect(dns.asked("wolke.example")).toBe(1);
    expect(outside.seen.connections).toBe(1);
    expect(inside.seen.connections).toBe(0);
  });

  it("is asked again, and let in, when it leads outside once more", async () => {
    dns.tell("wolke.example", [INSIDE], [OUTSIDE]);
    await expect(ask(kept)).rejects.toMatchObject(REFUSED);
    expect(await ask(kept)).toBe(OUTSIDE);
    expect(inside.seen.connections).toBe(0);
  });
});

describe("of a name with several addresses", () => {
  it.each([
    ["the last", [OUTSIDE, INSIDE]],
    ["the first", [INSIDE, OUTSIDE]],
    ["one in IPv6", [OUTSIDE, "::1"]],
    ["one mapped into IPv6", [OUTSIDE, `::ffff:${INSIDE}`]],
    ["one behind NAT64", [OUTSIDE, `64:ff9b::${INSIDE}`]],
    ["the metadata service", [OUTSIDE, "169.254.169.254"]],
  ])("one that leads inside is enough: %s", async (_which, addresses) => {
    dns.tell("wolke.example", addresses);
    await expect(ask(kept)).rejects.toMatchObject(REFUSED);
    expect(outside.seen.connections).toBe(0);
    expect(inside.seen.connections).toBe(0);
  });
});

it("a name that there is not stays one", async () => {
  await expect(ask(kept)).rejects.toMatchObject({ code: "ENOTFOUND" });
});
