import { afterEach, expect, it } from "vitest";
import { asking, gated, outcome } from "../testing/graph-client.js";
import { startGraph, type Graph, type GraphOptions } from "./index.js";

let graph: Graph | undefined;
afterEach(() => graph?.stop());

const started = async (options: GraphOptions) => {
  graph = await startGraph({ strict: false, ...options });
  graph.mailbox("anna@makler.example");
  graph.mailbox("bert@makler.example");
  const ask = await asking(graph);
  return {
    graph,
    ask,
    list: (name: string) =>
      ask("GET", `/users/${name}@makler.example/contacts`),
  };
};

it("lets four at once into a mailbox, and as many into the next", async () => {
  const gate = gated();
  const { graph, list } = await started({ latency: 1, clock: gate.clock });
  const both = Promise.all(
    ["anna", "bert"].map((name) =>
      Promise.all(Array.from({ length: 5 }, () => list(name))),
    ),
  );
  await gate.openWhen(() => graph.requests.throttled === 2);
  for (const five of await both)
    expect(five.map(outcome).toSorted()).toEqual([
      ...["200", "200", "200", "200"],
      "429 ApplicationThrottled",
    ]);
  expect(graph.load("anna@makler.example")).toEqual({ most: 4, refusals: 1 });
});

it("counts requests within ten minutes and says when the first of them is forgotten", async () => {
  let now = Date.parse("2026-03-01T10:00:00Z");
  const clock = { epoch: () => now, sleep: async () => undefined };
  const { list } = await started({
    clock,
    limits: { requestsPer10Minutes: 3 },
  });
  for (let n = 0; n < 3; n += 1) {
    expect(outcome(await list("anna"))).toBe("200");
    now += 10_000;
  }
  const refused = await list("anna");
  expect(outcome(refused)).toBe("429 ApplicationThrottled");
  expect(refused.headers.get("retry-after")).toBe("570");
  expect(outcome(await list("bert"))).toBe("200");
  now += 570_000;
  expect(outcome(await list("anna"))).toBe("200");
});

it("counts what is sent within five minutes", async () => {
  const { ask } = await started({ limits: { uploadBytesPer5Minutes: 100 } });
  const post = () =>
    ask("POST", "/users/anna@makler.example/contacts", {
      personalNotes: "x".repeat(40),
    });
  expect(outcome(await post())).toBe("201");
  expect(outcome(await post())).toBe("429 ApplicationThrottled");
});

it("refuses what the permissions do not cover, and mailboxes that are not there", async () => {
  const { ask, graph } = await started({});
  const contacts = "/users/anna@makler.example/contacts";
  expect(outcome(await ask("GET", "/users/cora@makler.example/contacts"))).toBe(
    "404 ErrorInvalidUser",
  );
  expect(outcome(await ask("GET", "/me/contacts"))).toBe("400 BadRequest");
  graph.app.mailboxes = ["bert@makler.example"];
  expect(outcome(await ask("GET", contacts))).toBe("403 ErrorAccessDenied");
  graph.app.mailboxes = undefined;
  graph.app.roles = ["Contacts.Read"];
  const reader = await asking(graph);
  expect(outcome(await reader("GET", contacts))).toBe("200");
  expect(outcome(await reader("POST", contacts, {}))).toBe(
    "403 ErrorAccessDenied",
  );
  graph.mailbox("anna@makler.example").licensed = false;
  expect(outcome(await ask("GET", contacts))).toBe(
    "404 MailboxNotEnabledForRESTAPI",
  );
  graph.voidTokens();
  expect(outcome(await ask("GET", contacts))).toBe(
    "401 InvalidAuthenticationToken",
  );
});

it.each([
  ["reset", false],
  ["answerLost", true],
  ["cut", true],
] as const)("ends a connection: %s", async (kind, done) => {
  const { ask, graph } = await started({});
  graph.faults.on({ method: "POST" }, { kind });
  const contacts = "/users/anna@makler.example/contacts";
  await expect(ask("POST", contacts, { givenName: "A" })).rejects.toThrow();
  const there = graph.mailbox("anna@makler.example").contacts.list();
  expect(there).toHaveLength(done ? 1 : 0);
});
