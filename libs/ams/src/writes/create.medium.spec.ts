import type { NewRecord } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { amsWorld, TENANT, type AmsWorld } from "../testing/ams-world.js";
import {
  ANNE,
  contacts,
  events,
  making,
  person,
  TALK,
} from "../testing/new-records.js";
import type { RemoteOrigin } from "./outcomes.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());
const { create, count, forget } = making(() => world);
beforeEach(forget);

/** Not one letter again and again: that the database would press into a line. */
const LONG_UID = Array.from({ length: 800 }, (_, index) =>
  ((index * 2_654_435_761) % 4_294_967_296).toString(36),
).join("");

describe("a new record", () => {
  it("is made once of an item, and never again when it was deleted", async () => {
    const first = await create(contacts("ü-1"), ANNE);
    expect(first).toMatchObject({
      outcome: "created",
      record: {
        kind: "customer",
        type: "private",
        agentId: "1",
        tags: [],
        rowVersion: "1",
        values: ANNE.fields,
      },
    });
    if (first.outcome !== "created") throw new Error("not created");
    const { rows } = await world.owner.query("select * from ams.customer");
    expect(rows).toEqual([
      expect.objectContaining({
        customer_id: first.record.id,
        status: "prospect",
        customer_number: null,
      }),
    ]);
    await world.owner.query("update ams.customer set city = 'Köln'");
    expect(await create(contacts("ü-1"), ANNE)).toMatchObject({
      outcome: "again",
      record: {
        id: first.record.id,
        rowVersion: "2",
        values: { city: "Köln" },
      },
    });
    await world.owner.query("delete from ams.customer");
    expect(await create(contacts("ü-1"), ANNE)).toEqual({ outcome: "deleted" });
    expect(await count("customer")).toBe(0);
  });

  it("of an item of another account, stream or uid is another", async () => {
    const other: RemoteOrigin = { ...events("1"), accountId: TENANT };
    for (const origin of [events("1"), events("2")])
      expect(await create(origin, TALK)).toMatchObject({ outcome: "created" });
    expect(await create(other, TALK, { asked: true })).toMatchObject({
      outcome: "created",
    });
    expect(await create(other, TALK)).toMatchObject({ outcome: "again" });
    expect(await count("appointment")).toBe(3);
  });

  it.each([
    LONG_UID,
    "u\0id",
    "\ud83c",
    "sha256:abc",
    "https://wolke.example/Änne.vcf",
  ])("is found again by an unusual uid (%#)", async (uid) => {
    expect(await create(events(uid), TALK)).toMatchObject({
      outcome: "created",
    });
    expect(await create(events(uid), TALK)).toMatchObject({ outcome: "again" });
    expect(await create(events(`${uid}x`), TALK)).toMatchObject({
      outcome: "created",
    });
  });

  it("of an event is the user's own, about whom it was found to be", async () => {
    await create(contacts("1"), ANNE);
    const { rows } = await world.owner.query(
      "select customer_id from ams.customer",
    );
    const answer = await create(events("1"), {
      ...TALK,
      customerId: rows[0].customer_id,
    } as NewRecord);
    expect(answer).toMatchObject({
      outcome: "created",
      record: { ownerId: "1", values: { ...TALK.fields, remark: null } },
    });
    expect(
      (
        await world.owner.query(
          "select user_id, customer_id from ams.appointment",
        )
      ).rows,
    ).toEqual([{ user_id: "1", customer_id: rows[0].customer_id }]);
  });

  it("is none where somebody entered the same meanwhile", async () => {
    const first = await create(contacts("1"), ANNE);
    const id = first.outcome === "created" ? first.record.id : "";
    expect(
      await create(
        contacts("2"),
        person({ lastName: "Müller-Lüdenscheidt", email: "änne@post.example" }),
      ),
    ).toEqual({
      outcome: "matched",
      match: { verdict: "one", id },
    });
    // The same telephone, another name: a question.
    expect(
      await create(
        contacts("3"),
        person({ lastName: "Loriot", mobile: "+49171/2345678" }),
      ),
    ).toEqual({
      outcome: "matched",
      match: { verdict: "several", candidates: [id] },
    });
    // User 2 does not see the customers of agent 1.
    expect(
      await create(contacts("4"), { ...ANNE, agentId: "2" } as NewRecord, {
        userId: "2",
      }),
    ).toMatchObject({ outcome: "created" });
    expect(await count("customer")).toBe(2);
  });

  it("is made beside those who may be the same where a user wants it, once", async () => {
    await create(contacts("1"), ANNE);
    expect(await create(contacts("2"), ANNE)).toMatchObject({
      outcome: "matched",
    });
    const made = await create(contacts("2"), ANNE, { asked: true });
    expect(made).toMatchObject({ outcome: "created" });
    const id = made.outcome === "created" ? made.record.id : "";
    for (const asked of [true, false])
      expect(await create(contacts("2"), ANNE, { asked })).toMatchObject({
        outcome: "again",
        record: { id },
      });
    expect(
      await create(contacts("3"), person({ city: "Köln" }), { asked: true }),
    ).toMatchObject({ outcome: "refused" });
    expect(await count("customer")).toBe(2);
    await world.owner.query("delete from ams.customer");
    expect(await create(contacts("2"), ANNE, { asked: true })).toEqual({
      outcome: "deleted",
    });
  });

  it.each([
    ["a customer without a name", person({ city: "Köln" }), /no name/],
    [
      "a field that its type has not",
      person({ lastName: "Weiß", name: "Weiß AG" }),
      /does not hold/,
    ],
    [
      "a field that ams has not",
      person({ lastName: "Weiß", status: "x" }),
      /no field "status"/,
    ],
    [
      "an agent who is gone",
      person({ lastName: "Weiß" }, "4711"),
      /SQLSTATE 23503/,
    ],
    ["a NUL", person({ lastName: "We\0iß" }), /control/],
    [
      "a day that is none",
      { kind: "appointment", fields: { date: "2026-02-30" } } as const,
      /not a day/,
    ],
    [
      "a customer who is gone",
      { ...TALK, customerId: "4711" } as NewRecord,
      /SQLSTATE 23503/,
    ],
  ])(
    "is refused for %s, and its origin is not remembered",
    async (_what, record, sentence) => {
      expect(await create(contacts("1"), record)).toEqual({
        outcome: "refused",
        message: expect.stringMatching(sentence),
      });
      expect(await count("sync_origin")).toBe(0);
      expect((await count("customer")) + (await count("appointment"))).toBe(0);
    },
  );

  it("is busy while somebody else makes records for long", async () => {
    const hasty = await world.connect(300);
    await world.owner.query(
      `begin; select pg_advisory_xact_lock(hashtextextended('ams-sync/${TENANT}', 0))`,
    );
    try {
      expect(await create(events("1"), TALK, { ams: hasty })).toEqual({
        outcome: "busy",
        message: expect.stringMatching(/busy.*tried again/),
      });
    } finally {
      await world.owner.query("rollback");
      await hasty.close();
    }
  });

  it.each(["3", "4711"])(
    "is refused for user %s, who is not there any more",
    async (userId) => {
      expect(await create(events("1"), TALK, { userId })).toEqual({
        outcome: "refused",
        message: expect.stringMatching(/not active/),
      });
    },
  );

  it("is made where ams fills a field that nobody wrote; what was written must be kept", async () => {
    await world.owner.query(
      "alter table ams.customer alter country set default 'Deutschland'",
    );
    try {
      const made = await create(
        contacts("default"),
        person({ lastName: "Neu" }),
      );
      expect(made).toMatchObject({
        outcome: "created",
        record: { values: { lastName: "Neu", country: "Deutschland" } },
      });
    } finally {
      await world.owner.query(
        "alter table ams.customer alter country drop default",
      );
    }
  });
});
