import type { Contact, NewRecord } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import type { AskedOrigin } from "./outcomes.js";

const AGAIN = "c0a8d9e4-2f3b-4b1a-8e6d-5a7f9c1b3d20";
const MAX: Contact = {
  type: "private",
  fields: { firstName: "Max", lastName: "Weiß", city: "Köln" },
};
const MORITZ: Contact = {
  type: "private",
  fields: { firstName: "Moritz", lastName: "Weiß", city: "Köln" },
};
const NAMELESS: NewRecord = {
  kind: "appointment",
  fields: { date: "2026-10-25", from: "10:00", to: "11:00" },
};
/** Both users see the customers of this one. */
const OF_BOTH = "2";

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

const newCustomer = (
  { type, fields }: Contact,
  agentId = OF_BOTH,
): NewRecord => ({
  ...{ kind: "customer", type, status: "customer", agentId, fields },
});

/** Where and by whom. */
interface At {
  readonly uid?: string;
  readonly accountId?: string;
  readonly userId?: string;
}

const create = async (
  record: NewRecord,
  { uid = "Ab-1", accountId = ACCOUNT, userId = "1" }: At = {},
) => {
  const stream = record.kind === "customer" ? "contacts" : "appointments";
  const origin = { accountId, stream, uid } as const;
  const made = await world.ams.create(TENANT, userId, OPTIONS, origin, record);
  return "record" in made
    ? { outcome: made.outcome, id: made.record.id }
    : { ...made, id: "" };
};

const madeOf = async (
  of: Pick<AskedOrigin, "stream" | "contact">,
  { uid = "Ab-1", accountId = ACCOUNT, userId = "1" }: At = {},
) => {
  const [made] = await world.ams.inTenant(TENANT, (reads) =>
    reads.madeOf(userId, [{ accountId, uid, ...of }]),
  );
  return made;
};
const CONTACTS = { stream: "contacts" } as const;

/** As a release leaves its rows that takes UIDs in lower case. */
const fold = () =>
  world.owner.query(
    "update ams.sync_origin set remote_uid = lower(remote_uid), folded = default",
  );

describe("a UID with capitals that was stored without", () => {
  it("is found, by its account and by the next one", async () => {
    const { id } = await create(newCustomer(MAX));
    await fold();
    expect(await madeOf(CONTACTS)).toMatchObject({ id, there: true });
    expect(await create(newCustomer(MAX))).toEqual({ outcome: "again", id });
    expect(await madeOf(CONTACTS, { accountId: AGAIN })).toMatchObject({ id });
    expect(await create(newCustomer(MAX), { accountId: AGAIN })).toEqual({
      ...{ outcome: "again", id },
    });
  });

  it("goes after the very one", async () => {
    const lower = { uid: "ab-1" };
    const small = await create(newCustomer(MAX), lower);
    const big = await create(newCustomer(MORITZ));
    await world.owner.query(
      "update ams.sync_origin set folded = true where remote_uid = 'ab-1'",
    );
    for (const accountId of [ACCOUNT, AGAIN]) {
      const how = { accountId };
      expect(await madeOf(CONTACTS, how)).toMatchObject({ id: big.id });
      expect(await madeOf(CONTACTS, { ...how, ...lower })).toMatchObject({
        id: small.id,
      });
    }
    expect(await create(newCustomer(MORITZ))).toMatchObject({ id: big.id });
  });

  it("is not taken for an item whose UID is in lower case, nor an address for another", async () => {
    await create(newCustomer(MAX), { uid: "ab-1" });
    expect(await madeOf(CONTACTS)).toBeUndefined();
    expect(await create(newCustomer(MORITZ))).toMatchObject({
      outcome: "created",
    });
    await create(newCustomer(MAX), { uid: "/dav/a.vcf", accountId: AGAIN });
    await world.owner.query("update ams.sync_origin set folded = default");
    expect(
      await madeOf(CONTACTS, { uid: "/dav/A.vcf", accountId: AGAIN }),
    ).toBeUndefined();
  });
});

describe("what was made when nobody noted for whom", () => {
  const forget = () =>
    world.owner.query("update ams.sync_origin set user_id = null");

  it.each(["1", "2"])(
    "is a match of user %s's item where that bears the customer's name",
    async (userId) => {
      const { id } = await create(newCustomer(MAX));
      await forget();
      const how = { accountId: AGAIN, userId };
      expect(await madeOf({ ...CONTACTS, contact: MAX }, how)).toEqual({
        ...{ kind: "customer", id, there: true },
        ...{ elsewhere: true, unsure: true },
      });
      expect(await create(newCustomer(MAX), how)).toEqual({
        outcome: "matched",
        ...{ match: { verdict: "one", id }, id: "" },
      });
    },
  );

  it("is nobody's whose item has another name", async () => {
    await create(newCustomer(MAX));
    await forget();
    const how = { accountId: AGAIN, userId: "2" };
    expect(await madeOf({ ...CONTACTS, contact: MORITZ }, how)).toBeUndefined();
    expect(await madeOf(CONTACTS, how)).toBeUndefined();
    expect(await create(newCustomer(MORITZ), how)).toMatchObject({
      outcome: "created",
    });
  });

  it("is nobody's who does not see the customer, and blocks nobody once it is gone", async () => {
    await create(newCustomer(MAX, "1"));
    await forget();
    const how = { accountId: AGAIN, userId: "2" };
    const asked = { ...CONTACTS, contact: MAX };
    expect(await madeOf(asked, how)).toBeUndefined();
    await world.owner.query("delete from ams.customer");
    expect(await madeOf(asked, { accountId: AGAIN })).toBeUndefined();
    expect(await create(newCustomer(MAX), how)).toMatchObject({
      outcome: "created",
    });
  });

  it("stays what its own account made, whatever the item says by now", async () => {
    const { id } = await create(newCustomer(MAX));
    await forget();
    expect(await madeOf({ ...CONTACTS, contact: MORITZ })).toEqual({
      ...{ kind: "customer", id, there: true },
    });
  });

  it("is its user's where it is an appointment of theirs", async () => {
    const { id } = await create(NAMELESS);
    await forget();
    const asked = { stream: "appointments" } as const;
    const how = { accountId: AGAIN };
    expect(await madeOf(asked, how)).toEqual({
      ...{ kind: "appointment", id, there: true, elsewhere: true },
    });
    expect(await madeOf(asked, { ...how, userId: "2" })).toBeUndefined();
    expect(await create(NAMELESS, how)).toEqual({ outcome: "again", id });
  });
});
