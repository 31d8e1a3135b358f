import type { Fields, NewRecord, SyncOptions } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AmsDatabase } from "../ams-database.js";
import {
  ACCOUNT,
  amsWorld,
  OPTIONS,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import type { RemoteOrigin } from "./outcomes.js";

let world: AmsWorld;
/** Pools of their own, as two processes have. */
let processes: readonly AmsDatabase[];
beforeAll(async () => {
  world = await amsWorld();
  processes = [world.ams, await world.connect()];
});
afterAll(async () => {
  await processes?.[1]?.close();
  await world?.end();
});

beforeEach(async () => {
  await world.owner.query(
    "delete from ams.appointment; delete from ams.customer; delete from ams.sync_origin",
  );
});

/** Not one letter again and again: that the database would press into a line. */
const LONG_UID = Array.from({ length: 800 }, (_, index) =>
  ((index * 2_654_435_761) % 4_294_967_296).toString(36),
).join("");

const contacts = (uid: string): RemoteOrigin => ({
  accountId: ACCOUNT,
  stream: "contacts",
  uid,
});
const events = (uid: string): RemoteOrigin => ({
  accountId: ACCOUNT,
  stream: "appointments",
  uid,
});

const person = (fields: Fields, agentId = "1"): NewRecord => ({
  kind: "customer",
  type: "private",
  status: "prospect",
  agentId,
  fields,
});
const ANNE = person({
  firstName: "Änne",
  lastName: "Müller-Lüdenscheidt",
  email: "Änne@Post.example",
  mobile: "0171 2345678",
  birthDate: "1964-02-29",
});
const TALK: NewRecord = {
  kind: "appointment",
  fields: {
    date: "2026-10-25",
    reason: "Jahresgespräch",
    from: "23:30",
    to: "00:30",
  },
};

const create = (
  origin: RemoteOrigin,
  record: NewRecord,
  {
    userId = "1",
    options = OPTIONS,
    ams = world.ams,
    asked = false,
  }: {
    userId?: string;
    options?: SyncOptions;
    ams?: AmsDatabase;
    asked?: boolean;
  } = {},
) =>
  ams.create(
    ...([TENANT, userId, options, origin, record] as const),
    asked ? { asked } : {},
  );

const count = async (table: string): Promise<number> =>
  Number(
    (await world.owner.query(`select count(*) from ams.${table}`)).rows[0]
      .count,
  );

describe("an appointment that is there already", () => {
  const OTHER: RemoteOrigin = { ...events("9"), accountId: TENANT };
  const typed = (fields: Fields = {}): NewRecord => ({
    kind: "appointment",
    fields: { ...TALK.fields, reason: "jahresgespräch ", ...fields },
  });

  it("is found by day, times and reason, by another account of its user", async () => {
    const made = await create(events("1"), TALK);
    if (made.outcome !== "created") throw new Error("not created");
    expect(await create(OTHER, typed())).toEqual({
      outcome: "matched",
      match: { verdict: "one", id: made.record.id },
    });
    expect(await create(OTHER, typed({ to: "00:45" }))).toMatchObject({
      outcome: "created",
    });
  });

  it("and there twice is a question", async () => {
    for (const uid of ["1", "2"]) await create(events(uid), TALK);
    expect(await create(OTHER, typed())).toMatchObject({
      outcome: "matched",
      match: { verdict: "several" },
    });
    expect(await count("appointment")).toBe(2);
  });

  it("of another user is another", async () => {
    await create(events("1"), TALK);
    expect(await create(OTHER, typed(), { userId: "2" })).toMatchObject({
      outcome: "created",
    });
  });

  it("is one, however people typed its day", async () => {
    await world.owner.query(
      `insert into ams.appointment (tenant_id, user_id, date, reason, starts_at_time, ends_at_time)
       values ($1, 1, ' 2026-10-25 ', 'Jahresgespräch', '23:30', '00:30')`,
      [TENANT],
    );
    expect(await create(events("1"), typed())).toMatchObject({
      outcome: "matched",
      match: { verdict: "one" },
    });
  });
});

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
});

describe("at the same moment", () => {
  const rounds = Array.from({ length: 20 }, (_, index) => String(index));

  it.each(["contacts", "appointments"] as const)(
    "the same item makes one record (%s)",
    async (stream) => {
      for (const uid of rounds) {
        // A name of its own, so that no round finds what an earlier one made.
        const record =
          stream === "contacts"
            ? person({
                lastName: `Öztürk${uid}`,
                email: `ö${uid}@post.example`,
              })
            : TALK;
        const answers = await Promise.all(
          [0, 1, 0, 1].map((which) =>
            create({ accountId: ACCOUNT, stream, uid }, record, {
              ams: processes[which] ?? world.ams,
            }),
          ),
        );
        expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
          "again",
          "again",
          "again",
          "created",
        ]);
        expect(
          new Set(
            answers.map((answer) =>
              "record" in answer ? answer.record.id : "",
            ),
          ).size,
        ).toBe(1);
      }
      expect(
        await count(stream === "contacts" ? "customer" : "appointment"),
      ).toBe(20);
    },
  );

  it("two items about the same person make one customer", async () => {
    for (const round of rounds) {
      const record = person({
        lastName: `Öztürk${round}`,
        email: `ö${round}@post.example`,
      });
      const answers = await Promise.all(
        processes.map((ams, index) =>
          create(contacts(`${round}/${index}`), record, { ams }),
        ),
      );
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual([
        "created",
        "matched",
      ]);
    }
    expect(await count("customer")).toBe(20);
  });

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
