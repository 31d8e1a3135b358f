import { type QuirkName, SUB_PATH } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  contact,
  FOREIGN,
  FOREIGN_NAME,
  type QuirkAccount,
  QuirkWorld,
  visit,
} from "./testing/quirk-world.js";
import { IN_EVERY_LIFE, UNREACHABLE } from "./testing/quirk-ways.js";

const ALL_AT_ONCE: readonly QuirkName[] = [
  "connections-dropped",
  "hrefs-upper",
  "well-known-missing",
  "no-sync-collection",
  "multiget-absent-404",
  "put-without-etag",
  "updates-and-deletes-204",
  "stored-refolded",
  "stored-reordered",
  "stored-trimmed",
  "stored-with-class",
];

const CASES: readonly (readonly [string, readonly QuirkName[]])[] = [
  ...IN_EVERY_LIFE.map((name) => [name, [name]] as const),
  ["eleven at once", ALL_AT_ONCE],
];
const NEVER = Object.entries(UNREACHABLE) as [QuirkName, string][];

let world: QuirkWorld;
let account: QuirkAccount | undefined;
let wanted: readonly string[];
beforeAll(async () => {
  world = await QuirkWorld.start(CASES.length + NEVER.length + 1);
  // The same life on a server without quirks says what must lie there in the end.
  wanted = await live([]);
  expect(wanted.length).toBe(8 - 2 + 1 + 3);
});
afterEach(() => account?.close());
afterAll(() => world?.stop());

/** A first synchronisation, and all that happens to an account afterwards. */
async function live(quirks: readonly QuirkName[]): Promise<readonly string[]> {
  const path = quirks.includes("discovery-in-sub-path") ? SUB_PATH : "/";
  const own = world.account({ path, quirks });
  account = own;

  own.commit([
    ...Array.from({ length: 8 }, (_, n) => contact(`${n}`)),
    ...Array.from({ length: 3 }, (_, n) => visit(`${n}`)),
  ]);
  const [first] = await own.settle();
  expect(first?.counts).toMatchObject({ created: 11, setAside: 0 });
  const foreign = own.pathOf("contacts", FOREIGN_NAME);
  expect((await own.raw("PUT", foreign, { body: FOREIGN })).status).toBe(201);
  const foreignText = (await own.raw("GET", foreign)).text;

  const contactHref = (id: string) => own.hrefOf("contacts", id);
  expect(await own.again(), "nothing to do").toEqual(NOTHING);
  const change = () => own.commit([contact("1", { city: "Görlitz" })]);
  expect(await own.writesOf(change), "a change").toEqual(WRITES(1));
  const emptied = () =>
    own.commit([contact("2", { mobile: "", city: "" }), visit("0", LONGER)]);
  expect(await own.writesOf(emptied), "two changes").toEqual(WRITES(2));
  const removed = () => own.commit([], [contact("3")]);
  expect(await own.writesOf(removed), "a deletion").toEqual(WRITES(1));
  expect((await own.raw("GET", contactHref("3"))).status).toBe(404);

  // Three people did something there: noted on what is changed here, lost what is changed, noted on what is deleted.
  await own.note(contactHref("4"));
  await own.raw("DELETE", contactHref("5"));
  await own.note(contactHref("6"));
  const crossed = () =>
    own.commit(
      [contact("4", { city: "Görlitz" }), contact("5", { city: "Görlitz" })],
      [contact("6")],
    );
  expect(await own.writesOf(crossed), "crossed changes").toMatchObject({
    created: 1,
  });
  expect((await own.raw("GET", contactHref("4"))).text).toContain("NOTE:Mag");
  expect((await own.raw("GET", contactHref("5"))).text).toContain("Görlitz");
  expect((await own.raw("GET", contactHref("6"))).status).toBe(404);
  expect(await own.again(), "nothing more to do").toEqual(NOTHING);

  for (const kind of ["contacts", "appointments"] as const)
    own.state.forget(own.key.accountId, kind);
  expect(await own.again(), "all forgotten").toEqual(NOTHING);
  expect((await own.raw("GET", foreign)).text).toBe(foreignText);
  for (const kind of ["contacts", "appointments"] as const)
    expect(own.state.stream(own.key.accountId, kind).setAside).toEqual([]);
  return own.facts();
}

const WRITES = (writes: number) => ({ writes, created: 0 });
const NOTHING = WRITES(0);
const LONGER = { to: "04:00", remark: "Unterlagen für Herrn Groß" };

describe("the life of an account on a server with", () => {
  it.each(CASES)("%s", async (_name, quirks) => {
    expect(await live(quirks)).toEqual(wanted);
    for (const quirk of quirks)
      expect(world.proxy.hits.of(quirk), `${quirk} acted`).toBeGreaterThan(0);
  });

  it.each(NEVER)("%s, which never acts: %s", async (quirk) => {
    expect(await live([quirk])).toEqual(wanted);
    expect(world.proxy.hits.byName).toEqual({});
  });
});
