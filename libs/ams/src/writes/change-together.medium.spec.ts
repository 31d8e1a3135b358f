import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  amsWorld,
  CHANGED,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";
import type { RecordChange } from "./outcomes.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());

beforeEach(async () => {
  await world.owner.query(`
    delete from ams.appointment; delete from ams.customer;
    insert into ams.customer (tenant_id, customer_id, customer_number, kind, agent_id, first_name, last_name, name, city, last_changed)
      select '${TENANT}', n, 'K' || n, case when n < 4 then 'private' else 'commercial' end, 1, 'Jürgen', 'Weiß', 'Groß & Söhne', 'Köln', '${CHANGED}'
      from generate_series(1, 4) n;
    insert into ams.appointment (tenant_id, appointment_id, user_id, date, reason, starts_at_time, ends_at_time, last_changed)
      values ('${TENANT}', 1, 1, '2026-10-25', 'Jahresgespräch', '09:00', '10:00', '${CHANGED}')`);
});

const PERSON = { firstName: "Jürgen", lastName: "Weiß", city: "Würzburg" };

const changeOf = async (
  id: string,
  fields: RecordChange["fields"] = PERSON,
  names: readonly string[] = ["city"],
  kind: RecordChange["ref"]["kind"] = "customer",
): Promise<RecordChange> => {
  const ref = { kind, id };
  const read = await world.ams.inTenant(TENANT, (reads) =>
    reads.records([ref]),
  );
  const rowVersion = read.get(`${kind}/${id}`)?.rowVersion ?? "1";
  return { ref, rowVersion, fields, names };
};

const cities = async () => {
  const { rows } = await world.owner.query<{ city: string }>(
    "select city from ams.customer order by customer_id",
  );
  return rows.map(({ city }) => city);
};

const together = async (...changes: readonly RecordChange[]) =>
  (await world.ams.changeTogether(TENANT, changes)).map(
    (row) => row && { id: row.id, ...row.values },
  );

describe("changes that come in together", () => {
  it("are written, whatever their kinds and fields, and answered as they read back", async () => {
    const answer = await together(
      await changeOf("1"),
      await changeOf("4", { name: "Löwenfels AG" }, ["city", "name"]),
      await changeOf(
        "1",
        { date: "2026-10-25", from: "08:00", to: "10:00" },
        ["from"],
        "appointment",
      ),
    );
    expect(answer).toMatchObject([
      { id: "1", city: "Würzburg", lastName: "Weiß" },
      { id: "4", city: null, name: "Löwenfels AG" },
      { id: "1", from: "08:00", to: "10:00", reason: "Jahresgespräch" },
    ]);
    expect(await cities()).toEqual(["Würzburg", "Köln", "Köln", null]);
    const { rows } = await world.owner.query(
      "select first_name, last_name from ams.customer where customer_id = 4",
    );
    expect(rows).toEqual([{ first_name: "Jürgen", last_name: "Weiß" }]);
  });

  it("leave out a row that changed, is gone, is another tenant's, or came before", async () => {
    const stale = { ...(await changeOf("2")), rowVersion: "999" };
    const gone = await changeOf("4711");
    const twice = await changeOf("1");
    const none = { ...(await changeOf("3")), names: [] };
    const answer = await together(twice, stale, gone, twice, none);
    expect(answer.map((row) => row?.id)).toEqual([
      "1",
      ...Array<undefined>(4).fill(undefined),
    ]);
    expect(await cities()).toEqual(["Würzburg", "Köln", "Köln", "Köln"]);
    const other = "00000000-0000-4000-8000-00000000000b";
    expect(
      await world.ams.changeTogether(other, [await changeOf("2")]),
    ).toEqual([undefined]);
  });

  it("wait for nobody", async () => {
    const changes = [await changeOf("1"), await changeOf("2")];
    await world.owner.query(
      "begin; select from ams.customer where customer_id = 1 for update",
    );
    try {
      const answer = await together(...changes);
      expect(answer.map((row) => row?.id)).toEqual([undefined, "2"]);
    } finally {
      await world.owner.query("rollback");
    }
  });

  it("are not written at all where ams does not take one of them", async () => {
    const good = await changeOf("1");
    for (const bad of [
      await changeOf("2", { city: "Ulm" }, ["firstName", "lastName"]),
      await changeOf("2", { ...PERSON, city: "We\0iß" }),
      await changeOf("2", { ...PERSON, status: "prospect" }, ["status"]),
    ])
      expect(await together(good, bad)).toEqual([undefined, undefined]);
    expect(await cities()).toEqual(["Köln", "Köln", "Köln", "Köln"]);
    await expect(
      together(good, { ...good, rowVersion: "1 or true" }),
    ).rejects.toThrow(TypeError);
  });
});
