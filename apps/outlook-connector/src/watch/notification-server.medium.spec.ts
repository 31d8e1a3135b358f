import { randomBytes } from "node:crypto";
import { type Heard, LeaseLost } from "@ams-sync/connector-kit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Addresses, type Addressee } from "./address.js";
import { NotificationServer } from "./notification-server.js";

const url = new URL("https://sync.example.com/graph/");
const addresses = new Addresses({ url, key: randomBytes(32) });
const addressee = (last: string): Addressee => ({
  account: {
    tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
    accountId: `5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e${last}`,
  },
  stream: "contacts",
});
const anna = addressee("11");
const bert = addressee("12");

let server: NotificationServer;
let heard: Heard[];
let tell: (one: Heard) => Promise<void>;
let now = 1_000_000;
beforeAll(async () => {
  server = await NotificationServer.listen({
    ...{ addresses, host: "127.0.0.1", port: 0, now: () => now },
    hear: (one) => tell(one),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  });
});
afterAll(() => server.close());
beforeEach(() => {
  heard = [];
  now += 10_000;
  tell = async (one) => void heard.push(one);
});

const pathOf = (of: Addressee) => new URL(addresses.of(of, "folder")).pathname;
const secretOf = (of: Addressee) =>
  addresses.secretOf(addresses.of(of, "folder"));
const post = (
  path: string,
  body: string,
  type = "application/json; charset=utf-8",
) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
const notify = async (
  path: string,
  ...value: readonly Readonly<Record<string, unknown>>[]
) => (await post(path, JSON.stringify({ value }))).status;

describe("the handshake", () => {
  it("is answered with the token, decoded, as plain text", async () => {
    const token = "Validation: <b>Ümlaut</b> 100% + more";
    const query = `?validationToken=${encodeURIComponent(token)}`;
    const answer = await post(`${pathOf(anna)}${query}`, "", "text/plain");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(
      "text/plain; charset=utf-8",
    );
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).toBe(token);
    expect(heard).toEqual([]);
  });

  it("with a token that is none of Graph's is refused", async () => {
    const query = `?validationToken=${"x".repeat(2_001)}`;
    const answer = await post(`${pathOf(anna)}${query}`, "", "text/plain");
    expect([answer.status, await answer.text()]).toEqual([400, ""]);
  });
});

describe("a notification", () => {
  it("with its secret makes the account of its address due, also where an ingress has shortened the path", async () => {
    const clientState = secretOf(anna);
    const path = pathOf(anna);
    expect(await notify(path, { clientState, changeType: "created" })).toBe(
      202,
    );
    expect(await notify(path.replace("/graph", ""), { clientState })).toBe(202);
    const told = { ...anna, unwatched: false };
    expect(heard).toEqual([told, told]);
  });

  it.each([
    ["none", undefined],
    ["a wrong one", "x".repeat(43)],
    ["another account's", secretOf(bert)],
    ["a number", 7],
  ])("with a secret that is not its own is refused: %s", async (_, secret) => {
    const notification = { clientState: secret, subscriptionId: "foreign" };
    expect(await notify(pathOf(anna), notification)).toBe(403);
    expect(heard).toEqual([]);
  });

  it.each([
    ["no address of ours", () => "/graph/"],
    ["an unknown stream", () => pathOf(anna).replace("contacts", "tasks")],
    ["another folder", () => `${pathOf(anna).slice(0, -2)}zz`],
  ])("at another address is refused: %s", async (_, path) => {
    const clientState = secretOf(anna);
    expect(await notify(path(), { clientState })).toBe(403);
    expect(heard).toEqual([]);
  });

  it.each([
    ["reauthorizationRequired", true],
    ["subscriptionRemoved", true],
    ["missed", false],
  ])("of the subscription itself: %s", async (lifecycleEvent, unwatched) => {
    const clientState = secretOf(anna);
    expect(await notify(pathOf(anna), { clientState, lifecycleEvent })).toBe(
      202,
    );
    expect(heard).toEqual([{ ...anna, unwatched }]);
  });

  it("is to come again where state cannot be told", async () => {
    tell = async () => {
      throw new LeaseLost("state is away");
    };
    const clientState = secretOf(anna);
    expect(await notify(pathOf(anna), { clientState })).toBe(503);
    tell = async (one) => void heard.push(one);
    expect(await notify(pathOf(anna), { clientState })).toBe(202);
    expect(heard).toHaveLength(1);
  });
});

it.each([
  ["no JSON", "{", 400],
  ["no list", JSON.stringify({ value: "all" }), 400],
  [
    "too many",
    JSON.stringify({ value: Array.from({ length: 1_001 }, () => ({})) }),
    400,
  ],
  ["too long", JSON.stringify({ value: [{ x: "x".repeat(600_000) }] }), 413],
])("a body that is none of Graph's is refused: %s", async (_, body, status) => {
  expect((await post(pathOf(anna), body)).status).toBe(status);
  expect(heard).toEqual([]);
});

it("what comes faster than anybody sends is refused for a second", async () => {
  const clientState = secretOf(anna);
  const answers = await Promise.all(
    Array.from({ length: 520 }, () => notify(pathOf(anna), { clientState })),
  );
  expect(answers.filter((one) => one === 429)).toHaveLength(20);
  // Whatever its body is: nothing of it is read.
  expect((await post(pathOf(anna), "{")).status).toBe(429);
  now += 1_000;
  expect(await notify(pathOf(anna), { clientState })).toBe(202);
});
