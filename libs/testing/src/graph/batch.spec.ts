import { afterAll, beforeAll, expect, it } from "vitest";
import {
  asking,
  gated,
  IMMUTABLE,
  outcome,
  type Ask,
} from "../testing/graph-client.js";
import { startGraph, type Graph, type OutlookUser } from "./index.js";

interface Item {
  readonly id: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: { error?: { code: string }; id?: string };
}

const gate = gated();
let graph: Graph;
let anna: OutlookUser;
let ask: Ask;
let contacts: string;

beforeAll(async () => {
  gate.open();
  graph = await startGraph({
    strict: false,
    clock: gate.clock,
    limits: { retryAfter: 7 },
  });
  anna = graph.mailbox("anna@makler.example");
  ask = await asking(graph);
  contacts = `/users/${anna.address}/contacts`;
});
afterAll(() => graph.stop());

const create = (id: string, more: object = {}) => ({
  id,
  method: "POST",
  url: contacts,
  headers: { "Content-Type": "application/json", Prefer: IMMUTABLE },
  body: { givenName: id },
  ...more,
});

const batch = async (...requests: object[]) => {
  const got = await ask("POST", "/$batch", { requests });
  expect(got.status).toBe(200);
  const items = got.body["responses"] as unknown as Item[];
  return new Map(items.map((item) => [item.id, item]));
};

it("carries out up to twenty, and tells the outcome of each", async () => {
  const many = Array.from({ length: 19 }, (_, n) => create(`n${n}`));
  const bad = create("bad", { body: { strange: 1 } });
  const answers = await batch(...many, bad);
  expect(answers.size).toBe(20);
  expect(answers.get("n7")?.status).toBe(201);
  expect(anna.contacts.get(answers.get("n7")?.body?.id ?? "")).toMatchObject({
    givenName: "n7",
  });
  expect(answers.get("bad")).toMatchObject({
    status: 400,
    body: { error: { code: "RequestBodyRead" } },
  });
});

it("does not answer in the order of the requests", async () => {
  expect([...(await batch(create("a"), create("b"))).keys()]).toEqual([
    "b",
    "a",
  ]);
});

it("understands headers of an item by itself: immutable ids are asked for in each", async () => {
  const answers = await batch(
    create("with"),
    create("without", { headers: { "Content-Type": "application/json" } }),
  );
  const held = (id: string) => answers.get(id)?.body?.id ?? "";
  expect(anna.contacts.get(held("with"))?.id).toBe(held("with"));
  expect(anna.contacts.get(held("without"))?.id).not.toBe(held("without"));
});

it.each([
  [
    "more than twenty",
    () => Array.from({ length: 21 }, (_, n) => create(`${n}`)),
    "exceeds the maximum value of 20",
  ],
  ["none", () => [], "missing or empty"],
  ["an id twice", () => [create("a"), create("a")], "must be unique"],
  ["no id", () => [{ ...create("a"), id: undefined }], "'id' is missing"],
  [
    "a body without a type",
    () => [create("a", { headers: {} })],
    "does not contain Content-Type header",
  ],
  [
    "a dependency that is not there",
    () => [create("a", { dependsOn: ["z"] })],
    "depends on 'z'",
  ],
  [
    "a method that it does not know",
    () => [create("a", { method: "MOVE" })],
    "is not supported",
  ],
  [
    "an absolute address",
    () => [create("a", { url: "https://x/y" })],
    "must be relative",
  ],
])("refuses %s as a whole", async (_what, requests, because) => {
  const before = anna.contacts.list().length;
  const got = await ask("POST", "/$batch", { requests: requests() });
  expect(outcome(got)).toBe("400 BadRequest");
  expect(String(got.body["error"]?.["message"])).toContain(because);
  expect(anna.contacts.list()).toHaveLength(before);
});

it("leaves out what depends on what failed", async () => {
  const answers = await batch(
    create("first", { body: { strange: 1 } }),
    create("second", { dependsOn: ["first"] }),
    create("third"),
  );
  expect(answers.get("second")?.status).toBe(424);
  expect(answers.get("third")?.status).toBe(201);
});

it("runs four of a mailbox at once, so that one batch is not throttled and two are", async () => {
  const many = (name: string) =>
    Array.from({ length: 8 }, (_, n) => create(`${name}${n}`));
  graph.latency = 1;
  graph.requests.clear();
  await batch(...many("one"));
  expect(graph.requests.throttled).toBe(0);
  gate.shut();
  const pair = Promise.all([batch(...many("x")), batch(...many("y"))]);
  await gate.openWhen(() => graph.requests.throttled > 0);
  const both = await pair;
  graph.latency = 0;
  const all = both.flatMap((answers) => [...answers.values()]);
  const throttled = all.filter(({ status }) => status === 429);
  expect(throttled.length).toBeGreaterThan(0);
  expect(graph.requests.throttled).toBe(throttled.length);
  expect(throttled[0]).toMatchObject({
    headers: { "Retry-After": "7" },
    body: {
      error: {
        code: "ApplicationThrottled",
        message: "Application is over its MailboxConcurrency limit.",
      },
    },
  });
  expect(all.some(({ status }) => status === 201)).toBe(true);
});

it("can be struck by a fault in one item, carried out or not", async () => {
  const match = { method: "POST", inBatch: true };
  const struck = graph.faults.on(
    { ...match, times: 1 },
    { kind: "status", status: 503, retryAfter: "0.25" },
  );
  graph.faults.on(
    { ...match, after: 2, times: 1 },
    { kind: "status", status: 504, carriedOut: true },
  );
  const before = anna.contacts.list().length;
  const answers = await batch(
    create("a"),
    create("b"),
    create("c"),
    create("d"),
  );
  graph.faults.clear();
  expect(struck()).toBe(1);
  expect([...answers.values()].map(({ status }) => status).toSorted()).toEqual([
    201, 201, 503, 504,
  ]);
  expect(answers.get("a")?.headers["Retry-After"]).toBe("0.25");
  expect(anna.contacts.list()).toHaveLength(before + 3);
});

it("counts as one request on the wire", async () => {
  graph.requests.clear();
  await batch(create("a"), create("b"));
  expect(graph.requests.http).toBe(1);
  expect(graph.requests.count({ method: "POST", at: /contacts/ })).toBe(2);
});

it("is refused without a token", async () => {
  const got = await ask(
    "POST",
    "/$batch",
    { requests: [create("a")] },
    { authorization: "Bearer x" },
  );
  expect(outcome(got)).toBe("401 InvalidAuthenticationToken");
});
