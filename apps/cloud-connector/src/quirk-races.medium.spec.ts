import {
  type DavRequest,
  first,
  isCreate,
  isUpdate,
  type Pick,
  type Quirk,
  type QuirkName,
  QUIRKS,
} from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import {
  contact,
  type QuirkAccount,
  QuirkWorld,
} from "./testing/quirk-world.js";
import { IN_A_RACE } from "./testing/quirk-ways.js";

// A person writes in the very moment when we do. Where the server does not guard against it, what the person did is lost;
// nothing else is.

let world: QuirkWorld;
let own: QuirkAccount;
const acted = new Set<string>();
const NOTHING = { writes: 0, created: 0 };

beforeAll(async () => {
  world = await QuirkWorld.start(IN_A_RACE.length + 1);
});
beforeEach(async () => {
  own = world.account();
  own.commit([contact("1"), contact("2")]);
  await own.settle();
});
afterEach(async () => {
  for (const name of Object.keys(world.proxy.hits.byName)) acted.add(name);
  await own.close();
});
afterAll(() => world?.stop());

const hits = (quirk: QuirkName): number => world.proxy.hits.of(quirk);

/** Somebody writes before such a request goes on, seen from this place among the quirks. */
const meanwhile = (pick: Pick, write: () => Promise<unknown>): Quirk => ({
  name: "meanwhile",
  sentence: "Somebody else writes first.",
  behave: async (request, next) => {
    if (pick(request)) await write();
    return next(request);
  },
});

it("create-overwrites: ours is there once", async () => {
  const href = own.hrefOf("contacts", "3");
  // As from a backup: Radicale takes no other UID at the same address.
  const uid = /([^/]+)\.vcf$/.exec(href)?.[1];
  const theirs = `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nFN:X\r\nEND:VCARD\r\n`;
  world.proxy.quirks = [
    meanwhile(first(1, isCreate), () => own.raw("PUT", href, { body: theirs })),
    QUIRKS["create-overwrites"],
  ];
  own.commit([contact("3")]);
  await own.settle();
  expect(hits("create-overwrites")).toBe(1);
  expect((await own.raw("GET", href)).text).toContain("Müller-3");
  expect((await own.stored("contacts")).size).toBe(3);
  expect(own.state.stream(own.key.accountId, "contacts").setAside).toEqual([]);
  expect(await own.again()).toEqual(NOTHING);
});

it("stale-delete-deletes: the item is gone", async () => {
  const href = own.hrefOf("contacts", "1");
  world.proxy.quirks = [
    meanwhile(first(1, "DELETE"), () => own.note(href)),
    QUIRKS["stale-delete-deletes"],
  ];
  own.commit([], [contact("1")]);
  await own.settle();
  expect(hits("stale-delete-deletes")).toBe(1);
  expect((await own.raw("GET", href)).status).toBe(404);
  expect((await own.stored("contacts")).size).toBe(1);
  expect(await own.again()).toEqual(NOTHING);
});

it("racing-updates-lost: ours is there", async () => {
  const href = own.hrefOf("contacts", "1");
  let looks = Number.NaN;
  const begins = (request: DavRequest) => {
    if (isUpdate(request)) looks = 0;
    return false;
  };
  world.proxy.quirks = [
    meanwhile(begins, async () => undefined),
    QUIRKS["racing-updates-lost"],
    // Between the server's look at the ETag and its write.
    meanwhile(
      ({ method }) => method === "GET" && (looks += 1) === 2,
      () => own.note(href),
    ),
  ];
  own.commit([contact("1", { city: "Görlitz" })]);
  await own.settle();
  expect(hits("racing-updates-lost")).toBe(1);
  const after = (await own.raw("GET", href)).text;
  expect(after).toContain("Görlitz");
  expect(after).not.toContain("NOTE:Mag Tee");
  expect((await own.stored("contacts")).size).toBe(2);
  expect(await own.again()).toEqual(NOTHING);
});

it("has let each of these quirks act", () => {
  expect(IN_A_RACE.filter((name) => !acted.has(name))).toEqual([]);
});
