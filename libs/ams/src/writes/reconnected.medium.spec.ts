import type { NewRecord } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import type { RemoteOrigin } from "./outcomes.js";

const AGAIN = "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20";
const MAX: NewRecord = {
  ...{ kind: "customer", type: "private", status: "customer", agentId: "1" },
  fields: { firstName: "Max", lastName: "Weiß", city: "Köln" },
};
const NAMELESS: NewRecord = {
  kind: "appointment",
  fields: { date: "2026-10-25", from: "10:00", to: "11:00" },
};

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());
beforeEach(() =>
  world.owner.query(
    "delete from ams.appointment; delete from ams.customer; delete from ams.sync_origin",
  ),
);

const originOf = (
  { kind }: NewRecord,
  accountId: string,
  uid = "ü-1",
): RemoteOrigin => ({
  ...{ accountId, uid },
  stream: kind === "customer" ? "contacts" : "appointments",
});
const create = async (
  record: NewRecord,
  accountId: string,
  userId = "1",
  asked = false,
) => {
  const origin = originOf(record, accountId);
  const made = await world.ams.create(
    ...([TENANT, userId, OPTIONS, origin, record] as const),
    asked ? { asked: true } : {},
  );
  return "record" in made
    ? { outcome: made.outcome, id: made.record.id }
    : { outcome: made.outcome };
};
const madeOf = async (record: NewRecord, accountId: string, userId = "1") => {
  const [made] = await world.ams.inTenant(TENANT, (reads) =>
    reads.madeOf(userId, [originOf(record, accountId)]),
  );
  return made;
};

it.each([
  ["a customer of whom only the name is known", MAX],
  ["an appointment without a reason", NAMELESS],
] as const)("%s is not made twice by a new account", async (_name, record) => {
  const { kind } = record;
  const { id } = await create(record, ACCOUNT);
  const told = { kind, id, there: true, elsewhere: true };
  expect(await madeOf(record, AGAIN)).toEqual(told);
  expect(await madeOf(record, ACCOUNT)).toEqual({ kind, id, there: true });
  expect(await create(record, AGAIN)).toEqual({ outcome: "again", id });
  // Of another user it is another.
  expect(await madeOf(record, AGAIN, "2")).toBeUndefined();
  expect(await create(record, AGAIN, "2")).toMatchObject({
    outcome: "created",
  });
});

it("makes another one where its user wants that", async () => {
  const { id } = await create(MAX, ACCOUNT);
  const other = await create(MAX, AGAIN, "1", true);
  expect(other).toMatchObject({ outcome: "created" });
  expect(other.id).not.toBe(id);
  expect(await madeOf(MAX, AGAIN)).toMatchObject({ id: other.id });
});

it("leaves deleted what was deleted in ams since, unless its user wants it once more", async () => {
  await create(MAX, ACCOUNT);
  await world.owner.query("delete from ams.customer");
  expect(await create(MAX, AGAIN)).toEqual({ outcome: "deleted" });
  // Another user's is no business of this one, whoever deleted it.
  expect(await create(MAX, AGAIN, "2")).toMatchObject({ outcome: "created" });
  await world.owner.query("delete from ams.sync_origin where user_id = 2");
  expect(await create(MAX, AGAIN, "1", true)).toMatchObject({
    outcome: "created",
  });
});

it("tells what was deleted since, and of several what is there", async () => {
  await create(MAX, ACCOUNT);
  await world.owner.query("delete from ams.customer");
  const gone = { there: false, elsewhere: true };
  expect(await madeOf(MAX, AGAIN)).toMatchObject(gone);
  const { id } = await create(MAX, TENANT, "1", true);
  expect(await madeOf(MAX, AGAIN)).toMatchObject({ id, there: true });
});

it("two that connect at once make one", async () => {
  const made = await Promise.all([
    create(NAMELESS, ACCOUNT),
    create(NAMELESS, AGAIN),
  ]);
  expect(made.map(({ outcome }) => outcome).toSorted()).toEqual([
    "again",
    "created",
  ]);
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
});
