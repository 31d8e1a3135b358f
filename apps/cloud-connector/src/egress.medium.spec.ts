import { type AddressInfo, createServer, type Server } from "node:net";
import { ConnectorError } from "@ams-sync/connector-kit";
import { allowList } from "@ams-sync/platform/egress";
import type { TimeZone } from "@ams-sync/sync-core";
import { type DnsServer, startDnsServer } from "@ams-sync/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CloudConnector } from "./connector.js";
import { identity, NOW, person } from "./testing/on-trap-server.js";
import { TrapServer } from "./testing/trap-server.js";
import { multistatus, row } from "./testing/wire.js";

/** What is inside: takes connections, counts them, and says nothing. */
async function startInside(host = "127.0.0.1", port = 0) {
  const seen = { connections: 0 };
  const server: Server = createServer((socket) => {
    seen.connections += 1;
    socket.on("error", () => undefined).destroy();
  });
  await new Promise<void>((done) => server.listen(port, host, done));
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    stop: () => new Promise((done) => server.close(done)),
  };
}

let server: TrapServer;
let inside: Awaited<ReturnType<typeof startInside>>;
let dns: DnsServer;
const connectors: CloudConnector[] = [];
beforeEach(async () => {
  server = await TrapServer.start();
  inside = await startInside();
  dns = await startDnsServer();
});
afterEach(async () => {
  await Promise.all(connectors.splice(0).map((one) => one.close()));
  await Promise.all([server.stop(), inside.stop(), dns.stop()]);
});

/** One that may go to the internet, and to what is opened here: the trap server stands for one out there. */
const open = (serverUrl: string, allow = "") => {
  const connector = new CloudConnector({
    requestTimeoutMs: 5_000,
    egress: { allow: allowList.parse(allow), resolve: dns.resolve },
  });
  connectors.push(connector);
  return connector.open(
    { serverUrl, username: "max", password: "geheim" },
    {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: new AbortController().signal,
      now: () => NOW,
    },
  );
};
const outside = () => new URL(server.url).host;

const refusal = (attempt: Promise<unknown>): Promise<ConnectorError> =>
  attempt.then(
    () => Promise.reject(new Error("It was let in.")),
    (error: unknown) =>
      error instanceof ConnectorError ? error : Promise.reject(error),
  );
const says = (host: string): string =>
  `${host} leads to no server on the internet, and internal addresses are not called; enter the public address that the provider names. Whoever runs this service can open internal ones.`;

describe("the address that a user types", () => {
  it.each([
    "127.0.0.1",
    "127.0.0.1.",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "localhost",
    "169.254.169.254",
    "[fd00:ec2::254]",
    "10.96.0.1",
    "kubernetes.default.svc.cluster.local",
  ])("is refused without a connection: %s", async (host) => {
    for (const scheme of ["http", "https"]) {
      const url = `${scheme}://${host}:${inside.port}/dav/`;
      const { kind, message } = await refusal(open(url));
      expect({ kind, message }).toEqual({
        kind: "rejected",
        message: says(new URL(url).host),
      });
    }
    expect(inside.seen.connections).toBe(0);
  });

  it("is refused where its name leads inside, and may be tried again later", async () => {
    dns.tell("intern.example", ["127.0.0.1"]);
    const host = `intern.example:${inside.port}`;
    const { kind, message } = await refusal(open(`http://${host}/`));
    expect({ kind, message }).toEqual({
      kind: "transient",
      message: says(host),
    });
    expect(inside.seen.connections).toBe(0);
  });

  it("tells nothing of what is inside: a closed port answers as an open one", async () => {
    dns.tell("intern.example", ["127.0.0.1"]);
    const { port } = inside;
    const answers = async () => {
      const hosts = [`127.0.0.1:${port}`, `intern.example:${port}`];
      const errors = await Promise.all(
        hosts.map((host) => refusal(open(`http://${host}/`))),
      );
      return errors.map(({ kind, message, detail }) => [
        kind,
        message,
        detail.status,
      ]);
    };
    const whileOpen = await answers();
    await inside.stop();
    expect(await answers()).toEqual(whileOpen);
    inside = await startInside();
  });

  it("may name no port of another protocol", async () => {
    dns.tell("mail.example", ["127.0.0.1"]);
    expect(await refusal(open("http://mail.example:25/"))).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("mail.example:25 names the port"),
    });
    expect(dns.asked("mail.example")).toBe(0);
  });
});

describe("a server on the internet", () => {
  it("is used as ever, and nothing goes past its connections", async () => {
    const bypass = vi.spyOn(globalThis, "fetch");
    try {
      const session = await open(server.url, outside());
      for (const stream of ["contacts", "appointments"] as const)
        session.stream(stream, await session.container(stream));
      const container = await session.container("contacts");
      const port = session.stream("contacts", container);
      const { id } = await port.create(identity(1), person());
      const item = (await port.fetch([id])).get(id)!;
      await port.update(item, person({ city: "Bonn" }));
      await port.changes();
      expect(bypass).not.toHaveBeenCalled();
    } finally {
      bypass.mockRestore();
    }
  });

  it("leads nowhere inside with a redirect", async () => {
    const location = `https://127.0.0.1:${inside.port}/dav/`;
    server.intercept = () => ({ status: 301, headers: { location } });
    await refusal(open(server.url, outside()));
    // Only .well-known may send to another host at all; here it does.
    expect(server.seen.map(({ path }) => path)).toContain(
      "/.well-known/carddav",
    );
    expect(inside.seen.connections).toBe(0);
  });

  it("leads nowhere inside with a redirect to a name", async () => {
    dns.tell("harmlos.example", ["127.0.0.1"]);
    const location = `https://harmlos.example:${inside.port}/dav/`;
    server.intercept = ({ path }) =>
      path.startsWith("/.well-known/")
        ? { status: 301, headers: { location } }
        : undefined;
    await open(`${server.url}dav/`, outside());
    expect(dns.asked("harmlos.example")).toBeGreaterThan(0);
    expect(inside.seen.connections).toBe(0);
  });

  it("leads nowhere inside with its principal or its homes, and people read why", async () => {
    const host = `127.0.0.1:${inside.port}`;
    const href = `<d:href>https://${host}/dav/</d:href>`;
    server.intercept = ({ path, method }) =>
      method === "PROPFIND"
        ? multistatus(
            row(path, [
              `<d:current-user-principal>${href}</d:current-user-principal>`,
            ]),
          )
        : undefined;
    expect(await refusal(open(`${server.url}dav/`, outside()))).toMatchObject({
      kind: "rejected",
      message: says(host),
    });
    expect(inside.seen.connections).toBe(0);
  });

  it("leads nowhere inside when its name does so from the next connection on (DNS rebinding)", async () => {
    const { port } = new URL(server.url);
    const behind = await startInside("127.0.0.2", Number(port));
    try {
      dns.tell("wolke.example", ["127.0.0.1"]);
      const url = `http://wolke.example:${port}/dav/`;
      const session = await open(url, `127.0.0.1:${port}`);
      const container = await session.container("contacts");
      const stream = session.stream("contacts", container);
      // The first one is read back.
      await stream.create(identity(2), person());
      const { id } = await stream.create(identity(1), person());
      // The kept connection breaks: the next one would go where the name leads now.
      dns.tell("wolke.example", ["127.0.0.2"]);
      server.traps.drops = "before";
      const error = await refusal(stream.fetch([id]));
      expect(error).toMatchObject({
        kind: "transient",
        message: says(`wolke.example:${port}`),
      });
      expect(behind.seen.connections).toBe(0);
    } finally {
      await behind.stop();
    }
  });
});
