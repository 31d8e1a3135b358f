import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asking, outcome, type Ask } from "../../testing/graph-client.js";
import { startGraph, type Graph, type OutlookUser } from "../index.js";

let now = Date.parse("2026-03-01T10:00:00Z");
let graph: Graph;
let anna: OutlookUser;
let ask: Ask;
let folder: string;
let server: Server;
let url: string;
/** How the next requests are answered; "right" as it must be. */
let mood: "right" | "encoded" | "html" | "deaf" | "busy" = "right";
let got: { path: string; value: Record<string, unknown> }[] = [];
let calls = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    calls += 1;
    const at = new URL(request.url ?? "/", "http://x");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const token = at.searchParams.get("validationToken");
      if (token !== null) {
        const said = mood === "encoded" ? encodeURIComponent(token) : token;
        const type = mood === "html" ? "text/html" : "text/plain";
        response.writeHead(mood === "deaf" ? 404 : 200, {
          "content-type": type,
        });
        response.end(said);
        return;
      }
      response.writeHead(mood === "busy" ? 503 : 202);
      response.end();
      if (mood === "busy") return;
      const body = JSON.parse(Buffer.concat(chunks).toString()) as {
        value: Record<string, unknown>[];
      };
      for (const value of body.value) got.push({ path: at.pathname, value });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("No port.");
  url = `http://127.0.0.1:${address.port}`;
  const clock = { epoch: () => now, sleep: async () => undefined };
  graph = await startGraph({ strict: false, clock, tokenLifetime: 86_400 });
  anna = graph.mailbox("anna@makler.example");
  folder = anna.folders.add("ams");
  ask = await asking(graph);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await graph.stop();
});
beforeEach(() => {
  mood = "right";
  got = [];
  calls = 0;
});

const inMinutes = (minutes: number) =>
  new Date(now + minutes * 60_000).toISOString();

const asked = (more: object = {}) => ({
  changeType: "created,updated,deleted",
  notificationUrl: `${url}/notify`,
  lifecycleNotificationUrl: `${url}/lifecycle`,
  resource: `/users/${anna.address}/contactFolders/${folder}/contacts`,
  expirationDateTime: inMinutes(60),
  clientState: "secret",
  ...more,
});

const subscribe = async (more: object = {}) => {
  const { status, body } = await ask("POST", "/subscriptions", asked(more));
  expect(status).toBe(201);
  return String(body["id"]);
};

const told = async (count: number) => {
  while (got.length < count)
    await new Promise((resolve) => setImmediate(resolve));
  return got;
};

/** Longer than a notification on loopback takes. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("a subscription", () => {
  it("is told of each change in its folder, and of no other", async () => {
    const id = await subscribe();
    anna.contacts.add({ givenName: "elsewhere" });
    const contact = anna.contacts.add({ givenName: "A" }, folder).id;
    anna.contacts.edit(contact, { givenName: "B" });
    anna.contacts.discard(contact);
    const all = await told(3);
    await settled();
    expect(all).toHaveLength(3);
    expect(new Set(all.map(({ value }) => value["changeType"]))).toEqual(
      new Set(["created", "updated", "deleted"]),
    );
    for (const { path, value } of all) {
      expect(path).toBe("/notify");
      expect(value).toMatchObject({
        subscriptionId: id,
        clientState: "secret",
        tenantId: graph.tenant.id,
        resourceData: { id: contact },
      });
    }
    await ask("DELETE", `/subscriptions/${id}`);
  });

  it("of events is told of all calendars", async () => {
    const id = await subscribe({ resource: `users/${anna.id}/events` });
    const times = {
      start: { dateTime: "2026-03-02T10:00:00", timeZone: "UTC" },
      end: { dateTime: "2026-03-02T11:00:00", timeZone: "UTC" },
    };
    anna.events.add(times, anna.calendars.add("ams"));
    anna.events.add(times);
    expect(await told(2)).toHaveLength(2);
    await ask("DELETE", `/subscriptions/${id}`);
  });

  it("ends, unless it is renewed before", async () => {
    const id = await subscribe();
    now += 59 * 60_000;
    const renewed = await ask("PATCH", `/subscriptions/${id}`, {
      expirationDateTime: inMinutes(60),
    });
    expect(outcome(renewed)).toBe("200");
    now += 59 * 60_000;
    anna.contacts.add({ givenName: "in time" }, folder);
    await told(1);
    now += 60_000;
    anna.contacts.add({ givenName: "too late" }, folder);
    await settled();
    expect(got).toHaveLength(1);
    expect(outcome(await ask("GET", `/subscriptions/${id}`))).toBe(
      "404 ResourceNotFound",
    );
  });

  it("may be granted less than was asked for", async () => {
    graph.subscriptions.shortenToMinutes = 10;
    const id = await subscribe();
    graph.subscriptions.shortenToMinutes = undefined;
    const { body } = await ask("GET", `/subscriptions/${id}`);
    expect(Date.parse(String(body["expirationDateTime"]))).toBe(now + 600_000);
    await ask("DELETE", `/subscriptions/${id}`);
  });

  it("tries again where a notification is not taken, and gives up", async () => {
    const id = await subscribe();
    calls = 0;
    mood = "busy";
    const before = graph.subscriptions.delivery.undelivered;
    anna.contacts.add({ givenName: "A" }, folder);
    while (graph.subscriptions.delivery.undelivered === before)
      await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toBe(4);
    await ask("DELETE", `/subscriptions/${id}`);
  });
});

describe("lifecycle notifications", () => {
  it("ask for a new authorisation, and all is silent until then", async () => {
    const id = await subscribe();
    await graph.subscriptions.lifecycle("reauthorizationRequired", id);
    expect(got).toMatchObject([
      {
        path: "/lifecycle",
        value: {
          lifecycleEvent: "reauthorizationRequired",
          clientState: "secret",
        },
      },
    ]);
    anna.contacts.add({ givenName: "silent" }, folder);
    await settled();
    expect(got).toHaveLength(1);
    expect(outcome(await ask("POST", `/subscriptions/${id}/reauthorize`))).toBe(
      "204",
    );
    anna.contacts.add({ givenName: "heard" }, folder);
    expect(await told(2)).toHaveLength(2);
    await ask("DELETE", `/subscriptions/${id}`);
  });

  it("tell that it was removed, and that something was missed", async () => {
    const id = await subscribe();
    await graph.subscriptions.lifecycle("missed", id);
    await graph.subscriptions.lifecycle("subscriptionRemoved", id);
    expect(got.map(({ value }) => value["lifecycleEvent"])).toEqual([
      ...["missed", "subscriptionRemoved"],
    ]);
    expect(graph.subscriptions.all).toHaveLength(0);
  });
});

describe("what is refused", () => {
  it.each([
    ["no resource", () => ({ resource: undefined }), "400 InvalidRequest"],
    [
      "a single calendar",
      () => ({ resource: `users/${anna.id}/calendars/x/events` }),
      "400 InvalidRequest",
    ],
    [
      "another kind",
      () => ({ resource: "users/x/messages" }),
      "400 InvalidRequest",
    ],
    [
      "a folder that is not there",
      () => ({ resource: `users/${anna.id}/contactFolders/x/contacts` }),
      "404 ErrorItemNotFound",
    ],
    [
      "more than 10,080 minutes",
      () => ({ expirationDateTime: inMinutes(10_081) }),
      "400 InvalidRequest",
    ],
    [
      "a time that is over",
      () => ({ expirationDateTime: inMinutes(-1) }),
      "400 InvalidRequest",
    ],
    [
      "a long clientState",
      () => ({ clientState: "x".repeat(129) }),
      "400 InvalidRequest",
    ],
    [
      "an address without TLS",
      () => ({ notificationUrl: "http://ams.example/" }),
      "400 InvalidRequest",
    ],
    ["another change", () => ({ changeType: "moved" }), "400 InvalidRequest"],
    [
      "what a subscription lacks",
      () => ({ strange: 1 }),
      "400 RequestBodyRead",
    ],
  ])("%s", async (_what, more, expected) => {
    const got = await ask("POST", "/subscriptions", asked(more()));
    expect(outcome(got)).toBe(expected);
    expect(calls).toBe(0);
  });

  it.each(["encoded", "html", "deaf"] as const)(
    "an address that fails the handshake: %s",
    async (way) => {
      mood = way;
      expect(outcome(await ask("POST", "/subscriptions", asked()))).toBe(
        "400 ValidationError",
      );
      expect(graph.subscriptions.all).toHaveLength(0);
    },
  );

  it("a later address for lifecycle notifications, and who may not read", async () => {
    const id = await subscribe();
    const patch = { lifecycleNotificationUrl: `${url}/other` };
    expect(outcome(await ask("PATCH", `/subscriptions/${id}`, patch))).toBe(
      "400 InvalidRequest",
    );
    const other = graph.tenant.register({ roles: ["Calendars.Read"] });
    const token = await graph.tokenFor(other);
    const headers = { authorization: `Bearer ${token}` };
    expect(outcome(await ask("POST", "/subscriptions", asked(), headers))).toBe(
      "403 ErrorAccessDenied",
    );
    expect(
      outcome(await ask("GET", `/subscriptions/${id}`, undefined, headers)),
    ).toBe("404 ResourceNotFound");
    await ask("DELETE", `/subscriptions/${id}`);
  });
});

it("muted, tells nobody", async () => {
  const id = await subscribe();
  graph.subscriptions.muted = true;
  anna.contacts.add({ givenName: "A" }, folder);
  await settled();
  graph.subscriptions.muted = false;
  expect(got).toEqual([]);
  await ask("DELETE", `/subscriptions/${id}`);
});
