import type { Item, Session, StreamPort } from "@ams-sync/connector-kit";
import type { TimeZone } from "@ams-sync/sync-core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CloudConnector } from "./connector.js";
import { identity, NOW, person } from "./testing/on-trap-server.js";
import { TrapServer } from "./testing/trap-server.js";
import { TO_LOOPBACK } from "./testing/to-loopback.js";

const STALLS = ["at once", "after the head", "in the body"] as const;
const OPERATIONS = [
  "open",
  "container",
  "chosen container",
  "changes",
  "fetch one",
  "fetch many",
  "create",
  "update",
  "delete",
] as const;

let server: TrapServer;
let connector: CloudConnector;
let run: AbortController;
let session: Session;
let port: StreamPort;
let items: readonly Item[];

const open = (login: { password?: string } = {}) =>
  connector.open(
    { serverUrl: server.url, username: "max", password: "geheim", ...login },
    {
      timeZone: "Europe/Berlin" as TimeZone,
      signal: run.signal,
      now: () => NOW,
    },
  );

const begin = async (requestTimeoutMs: number) => {
  connector = new CloudConnector({ requestTimeoutMs, egress: TO_LOOPBACK });
  session = await open();
  port = session.stream("contacts", await session.container("contacts"));
  const ids: string[] = [];
  for (const number of [1, 2])
    ids.push((await port.create(identity(number), person())).id);
  items = [...(await port.fetch(ids)).values()];
};

beforeEach(async () => {
  server = await TrapServer.start();
  run = new AbortController();
});
afterEach(async () => {
  run.abort();
  await connector.close();
  await server.stop();
});

const ASK: {
  readonly [name in (typeof OPERATIONS)[number]]: () => Promise<unknown>;
} = {
  // Another password: what was found is found anew.
  open: () => open({ password: "anders" }),
  container: () => session.container("appointments"),
  "chosen container": () => session.container("contacts", "/dav/home/eigene/"),
  changes: () => port.changes(),
  "fetch one": () => port.fetch([items[0]!.id]),
  "fetch many": () => port.fetch(items.map(({ id }) => id)),
  create: () => port.create(identity(3), person()),
  update: () => port.update(items[0]!, person({ city: "Ulm" })),
  delete: () => port.delete(items[1]!.id, items[1]!.version),
};

const stall = (stalls: (typeof STALLS)[number]) => {
  server.intercept = () => ({
    status: 207,
    headers: { "content-type": "text/xml" },
    stalls,
  });
};

describe.each(STALLS)("a server that stalls %s", (stalls) => {
  it.each(OPERATIONS)("does not outlast the run: %s", async (operation) => {
    // Longer than any test: only the run's end can end it.
    await begin(600_000);
    stall(stalls);
    const asked = ASK[operation]().catch((error: unknown) => error);
    await vi.waitFor(() => expect(server.stalled).toBeGreaterThan(0));
    run.abort();
    expect(await asked).toMatchObject({
      kind: "transient",
      message: expect.stringContaining("run was stopped"),
    });
    // Not only forgotten: the connection is closed.
    await vi.waitFor(() => expect(server.stalled).toBe(0));
    const { requests } = session;
    expect(
      await ASK[operation]().catch((error: unknown) => error),
    ).toHaveProperty("kind", "transient");
    expect(server.stalled).toBe(0);
    expect(session.requests - requests).toBeLessThanOrEqual(1);
  });

  it.each(OPERATIONS)("is not waited for: %s", async (operation) => {
    await begin(600);
    stall(stalls);
    const asked = await ASK[operation]().catch((error: unknown) => error);
    expect(asked).toMatchObject({ kind: "transient" });
    await vi.waitFor(() => expect(server.stalled).toBe(0));
  });
});
