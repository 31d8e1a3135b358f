import { afterEach, beforeEach, expect, it } from "vitest";
import {
  identity,
  type OnTrapServer,
  onTrapServer,
  person,
} from "./testing/on-trap-server.js";

const LATER = { readBackLater: true } as const;

let on: OnTrapServer;
beforeEach(async () => {
  on = await onTrapServer();
});
afterEach(() => on.stop());

const create = (number: number, fields = {}) =>
  on.port.create(identity(number), person(fields), LATER);
const reads = () => on.requests("GET").length;

/** The server takes a card and leaves out the line of a property. */
const drops = (property: string) => {
  on.server.traps.store = (text) =>
    text.replace(new RegExp(`^${property}[^\\r\\n]*\\r\\n`, "m"), "");
};

it("reads the first item with a field back, whatever ETag is named, and no other", async () => {
  await Promise.all([1, 2, 3, 4].map((number) => create(number)));
  expect(reads()).toBe(1);
  await create(5);
  expect(reads()).toBe(1);
  const written = await create(6, { fax: "0351 3" });
  expect([written.version, reads()]).toEqual(['"6"', 2]);
  await create(7, { fax: "0351 4" });
  expect(reads()).toBe(2);
});

it("asks no more in another session of the same process", async () => {
  await create(1);
  const other = await on.open();
  const container = await other.container("contacts");
  const before = other.requests;
  await other
    .stream("contacts", container)
    .create(identity(2), person(), LATER);
  expect(other.requests - before).toBe(1);
});

it("tells what was not kept, also of those that were written beside it", async () => {
  drops("ADR");
  const [first, ...others] = await Promise.all(
    [1, 2, 3].map((number) => create(number)),
  );
  expect(first).toEqual({
    id: on.port.addressOf(identity(1)),
    version: '"1"',
    unkept: ["city"],
  });
  expect(others.map(({ unread }) => unread)).toEqual([true, true]);
  const back = await on.port.readBack?.(
    others.map(({ id }) => ({ id, canonical: person() })),
  );
  expect([...(back?.values() ?? [])]).toEqual([
    { there: true, version: expect.any(String), unkept: ["city"] },
    { there: true, version: expect.any(String), unkept: ["city"] },
  ]);
});

it("leaves open what could not be read back, and reads the next one later", async () => {
  on.server.intercept = ({ method }) =>
    method === "GET" ? { status: 403 } : undefined;
  expect(await create(1)).toEqual({
    id: on.port.addressOf(identity(1)),
    unkept: ["firstName", "lastName", "city"],
  });
  on.server.intercept = () => undefined;
  const next = await create(2);
  expect(next).toEqual({ id: next.id, unread: true });
  await on.port.readBack?.([{ id: next.id, canonical: person() }]);
  // By now it is known.
  expect((await create(3)).version).toBe('"3"');
});

it("takes what the item says several things of neither for kept nor for lost", async () => {
  on.server.traps.store = (text) =>
    text.replace(
      /^TEL[^\r\n]*FAX[^\r\n]*\r\n/m,
      "TEL;TYPE=HOME,FAX:0911 1\r\nTEL;TYPE=HOME,FAX:0911 2\r\n",
    );
  expect(await create(1, { fax: "0351 3" })).toEqual({
    id: on.port.addressOf(identity(1)),
    unkept: ["fax"],
  });
  const next = await create(2, { fax: "0351 4" });
  expect(next).toEqual({ id: next.id, unread: true });
  expect((await create(3)).version).toBe('"3"');
});
