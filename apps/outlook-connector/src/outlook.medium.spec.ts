import { customer as record } from "@ams-sync/connector-kit/memory";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type GraphSite, startSite } from "./testing/graph-site.js";
import { OutlookAccount } from "./testing/outlook-account.js";

let site: GraphSite;
let count = 0;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.close());
beforeEach(() => {
  site.graph.faults.clear();
  site.graph.latency = 0;
  site.graph.requests.clear();
});

const customer = (id: number) =>
  record(String(id), { firstName: "Jörg", lastName: `Müller ${id}` }, 0);
const newUser = () => site.graph.mailbox(`anna${(count += 1)}@makler.example`);
const accountOf = (username: string, password = site.password()) =>
  new OutlookAccount(site.connector(), { username, password }, ["contacts"]);

describe("many contacts", () => {
  it("go into an empty folder 20 at a time, none of them too much; then a run costs one request", async () => {
    site.graph.latency = 5;
    const anna = newUser();
    const account = accountOf(anna.address);
    account.commit(Array.from({ length: 300 }, (_, n) => customer(n + 1)));
    await account.settle();
    const { requests } = site.graph;
    expect(anna.contacts.list()).toHaveLength(300);
    expect(requests.throttled).toBe(0);
    expect(requests.http).toBeLessThanOrEqual(300 / 20 + 5);
    account.poll();
    await account.settle();
    requests.clear();
    account.poll();
    await account.settle();
    expect(requests.http).toBe(1);
  });

  it("of which a batch throttles some are there once all the same", async () => {
    const anna = newUser();
    const account = accountOf(anna.address);
    account.commit(Array.from({ length: 60 }, (_, n) => customer(n + 1)));
    const struck = site.graph.faults.on(
      {
        method: "POST",
        path: /\/contacts$/,
        inBatch: true,
        after: 7,
        times: 3,
      },
      { kind: "status", status: 429, retryAfter: "20" },
    );
    const report = await account.run();
    expect(struck()).toBe(3);
    expect(report.outcome).not.toBe("done");
    const there = anna.contacts.list().length;
    expect(there).toBeLessThan(60);
    account.clock.advance(30_000);
    await account.settle();
    expect(anna.contacts.list()).toHaveLength(60);
  });
});

describe("what waits for somebody says what to do, and nothing is lost:", () => {
  it.each([
    [
      "a wrong secret",
      (password: string) => password.replace("simulated-secret", "falsch"),
      "secret",
    ],
    [
      "another directory",
      (password: string) =>
        password.replace(site.graph.tenant.id, "anders.example"),
      "directory",
    ],
  ] as const)("%s", async (_, spoilt, words) => {
    const anna = newUser();
    const account = accountOf(anna.address, spoilt(site.password()));
    account.commit([customer(1)]);
    const report = await account.run();
    expect(report.outcome).toBe("auth");
    expect(report.message).toContain(words);
    expect(report.message).not.toContain("falsch");
  });

  it("a mailbox without a licence", async () => {
    const anna = newUser();
    anna.licensed = false;
    const account = accountOf(anna.address);
    account.commit([customer(1)]);
    const report = await account.run();
    expect(report.message).toContain("assign a licence");
    expect(report.outcome).toBe("auth");
  });

  it("a consent that was revoked", async () => {
    const anna = newUser();
    const { app } = site.graph;
    const { roles } = app;
    try {
      app.roles = [];
      site.graph.voidTokens();
      const account = accountOf(anna.address);
      account.commit([customer(1)]);
      const report = await account.run();
      expect(report.message).toContain("consent");
    } finally {
      app.roles = roles;
      site.graph.voidTokens();
    }
  });

  it("a chosen folder that somebody deleted; without a choice another one is made", async () => {
    const anna = newUser();
    const folder = anna.folders.add("Kunden");
    const account = accountOf(anna.address);
    account.containers = { contacts: `/contactFolders/${folder}` };
    account.commit([customer(1)]);
    await account.settle();
    expect(anna.contacts.list(folder)).toHaveLength(1);
    anna.folders.remove(folder);
    account.commit([customer(2)]);
    account.poll();
    const report = await account.run();
    expect(report.message).toContain("choose another one");
  });
});

it("a token that became void in passing is renewed", async () => {
  const anna = newUser();
  const account = accountOf(anna.address);
  account.commit([customer(1)]);
  await account.settle();
  site.graph.voidTokens();
  account.commit([customer(2)]);
  await account.settle();
  expect(anna.contacts.list()).toHaveLength(2);
});

it("a delta link to another host gets no token: all is listed anew", async () => {
  const anna = newUser();
  const connector = site.connector();
  const session = await connector.open(
    { serverUrl: "", username: anna.address, password: site.password() },
    {
      timeZone: "Europe/Berlin" as never,
      signal: new AbortController().signal,
      now: Date.now,
    },
  );
  const port = session.stream("contacts", await session.container("contacts"));
  const { token = "" } = await port.changes();
  const elsewhere = token.replaceAll(
    new URL(site.graph.url).origin,
    "http://127.0.0.1:9",
  );
  expect(elsewhere).not.toBe(token);
  await expect(port.changes(elsewhere)).rejects.toMatchObject({
    kind: "token-expired",
  });
});
