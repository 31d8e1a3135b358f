import { RECORD_KINDS, type RecordKind } from "@ams-sync/sync-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Client } from "pg";
import type { RecordChange } from "./outcomes.js";
import {
  amsWorld,
  CHANGED,
  TENANT,
  type AmsWorld,
} from "../testing/ams-world.js";

let world: AmsWorld;
beforeAll(async () => {
  world = await amsWorld();
});
afterAll(() => world?.end());

beforeEach(async () => {
  await world.owner.query(`
    delete from ams.appointment; delete from ams.customer; delete from ams.tag;
    insert into ams.customer (tenant_id, customer_id, customer_number, kind, agent_id, first_name, last_name, name, city, birth_date, last_changed) values
      ('${TENANT}', 1, 'K1', 'private', 2, 'Jürgen', 'Weiß', 'Ansprechpartner', 'Köln', '1985-02-31', '${CHANGED}'),
      ('${TENANT}', 2, 'K2', 'commercial', 1, 'Änne', 'Groß', 'Groß & Söhne', 'Bonn', null, '${CHANGED}');
    insert into ams.tag values ('${TENANT}', 1, 'Großkunde');
    insert into ams.customer_tag values ('${TENANT}', 1, 1);
    insert into ams.appointment (tenant_id, appointment_id, user_id, customer_id, date, reason, starts_at_time, last_changed)
      values ('${TENANT}', 1, 1, 1, '2026-10-25', 'Jahresgespräch', '09:00', '${CHANGED}')`);
});

const FORMS = {
  customer: { lastName: "Weiß" },
  company: { name: "Löwenfels AG" },
  agent: { name: "Änne Groß" },
  appointment: { date: "2026-10-25" },
} as const;

const read = async (kind: RecordKind, id = "1") =>
  (
    await world.ams.inTenant(TENANT, (reads) => reads.records([{ kind, id }]))
  ).get(`${kind}/${id}`);

const change = async (
  kind: RecordKind,
  fields: RecordChange["fields"],
  names: readonly string[],
  id = "1",
) => {
  const rowVersion = (await read(kind, id))?.rowVersion ?? "1";
  return world.ams.change(TENANT, {
    ref: { kind, id },
    rowVersion,
    fields,
    names,
  });
};

describe("a change that comes in", () => {
  it.each(RECORD_KINDS)(
    "writes a %s that nobody touched, once",
    async (kind) => {
      const field = kind === "appointment" ? "remark" : "city";
      const before = await read(kind);
      const rowVersion = before?.rowVersion ?? "";
      const asked: RecordChange = {
        ref: { kind, id: "1" },
        rowVersion,
        fields: { ...FORMS[kind], [field]: "Würzburg" },
        names: [field],
      };
      const written = await world.ams.change(TENANT, asked);
      expect(written).toEqual({ outcome: "written", record: await read(kind) });
      expect(await read(kind)).toMatchObject({
        ...before,
        rowVersion: String(BigInt(rowVersion) + 1n),
        lastChanged: expect.any(Number),
        values: { ...before?.values, [field]: "Würzburg" },
      });
      // Its answer was lost and it is sent again: the row is another one now.
      expect(await world.ams.change(TENANT, asked)).toEqual({
        outcome: "stale",
      });
      const none = { ...asked, ref: { kind, id: "4711" } };
      expect(await world.ams.change(TENANT, none)).toEqual({ outcome: "gone" });
      await expect(
        world.ams.change(TENANT, { ...asked, rowVersion: "1 or true" }),
      ).rejects.toThrow(TypeError);
    },
  );

  it("answers with tags and agent, leaves what it does not name, and counts as a change now", async () => {
    const start = Date.now();
    // A birth date that is none, which the account does not carry, holds nothing up.
    const answer = await change(
      "customer",
      { firstName: "Jürgen", lastName: "Weiß-Öztürk" },
      ["lastName", "city"],
    );
    expect(answer).toMatchObject({
      outcome: "written",
      record: {
        agentId: "2",
        tags: ["Großkunde"],
        values: {
          firstName: "Jürgen",
          lastName: "Weiß-Öztürk",
          city: null,
          birthDate: "1985-02-31",
        },
      },
    });
    const { rows } = await world.owner.query(
      "select customer_number, name, last_changed from ams.customer where customer_id = 1",
    );
    expect(rows[0]).toMatchObject({
      customer_number: "K1",
      name: "Ansprechpartner",
    });
    expect(rows[0].last_changed.getTime()).toBeGreaterThanOrEqual(
      start - 1_000,
    );
  });

  it("writes nothing where nothing is named", async () => {
    const before = await read("customer");
    expect(await change("customer", FORMS.customer, [])).toEqual({
      outcome: "written",
      record: before,
    });
    const asked = {
      ref: { kind: "customer", id: "1" },
      rowVersion: "99",
      fields: {},
      names: [],
    } as const;
    expect(await world.ams.change(TENANT, asked)).toEqual({ outcome: "stale" });
  });

  it("keeps both times, as a row without an end ends when it starts", async () => {
    const answer = await change(
      "appointment",
      { date: "2026-10-25", from: "08:00", to: "09:00" },
      ["from"],
    );
    expect(answer).toMatchObject({
      outcome: "written",
      record: {
        values: { from: "08:00", to: "09:00", reason: "Jahresgespräch" },
      },
    });
  });

  it.each([
    [
      "a day that is none",
      "appointment",
      { date: "2026-02-30" },
      ["date"],
      "1",
      /not a day/,
    ],
    [
      "an end alone",
      "appointment",
      { date: "2026-10-25", to: "09:00" },
      ["from", "to"],
      "1",
      /end but no start/,
    ],
    [
      "no name",
      "customer",
      { city: "Köln" },
      ["firstName", "lastName"],
      "1",
      /no name/,
    ],
    [
      "a text too long",
      "customer",
      { lastName: "ß".repeat(256) },
      ["lastName"],
      "1",
      /longer than 255/,
    ],
    [
      "a NUL",
      "customer",
      { lastName: "We\0iß" },
      ["lastName"],
      "1",
      /22021|control/,
    ],
    [
      "half a character",
      "customer",
      { lastName: "Wei\ud83c" },
      ["lastName"],
      "1",
      /control|does not hold/,
    ],
    [
      "a firm's name for a person",
      "customer",
      { lastName: "Weiß", name: "Weiß AG" },
      ["name"],
      "1",
      /does not hold/,
    ],
    [
      "a person's name for a firm",
      "customer",
      { name: "Groß & Söhne", lastName: "Klein" },
      ["lastName"],
      "2",
      /does not hold/,
    ],
    [
      "a birth date of a company",
      "company",
      { name: "Löwenfels AG", birthDate: "1985-02-28" },
      ["birthDate"],
      "1",
      /no field "birthDate"/,
    ],
    [
      "a column that is not transferred",
      "customer",
      { lastName: "Weiß", status: "prospect" },
      ["status"],
      "1",
      /no field "status"/,
    ],
  ] as const)(
    "is refused for %s, and nothing of it stays",
    async (_what, kind, fields, names, id, sentence) => {
      const before = await read(kind, id);
      const answer = await change(kind, fields, names, id);
      expect(answer).toEqual({
        outcome: "refused",
        message: expect.stringMatching(sentence),
      });
      expect(await read(kind, id)).toEqual(before);
    },
  );

  it("empties no column that its type does not look at", async () => {
    await change(
      "customer",
      { name: "Groß & Söhne KG" },
      ["name", "firstName", "lastName"],
      "2",
    );
    const { rows } = await world.owner.query(
      "select * from ams.customer where customer_id = 2",
    );
    expect(rows[0]).toMatchObject({
      name: "Groß & Söhne KG",
      first_name: "Änne",
      last_name: "Groß",
    });
  });

  it("respects a rule of ams itself, and repeats nobody's data", async () => {
    await world.owner.query(`
      create function ams.no_würzburg() returns trigger language plpgsql as $$
      begin
        if new.city = 'Würzburg' then raise exception 'nicht nach %', new.city; end if;
        return new;
      end $$;
      create trigger rule before update on ams.customer for each row execute function ams.no_würzburg();
      alter table ams.customer add constraint no_hof check (city <> 'Hof')`);
    try {
      for (const city of ["Würzburg", "Hof"]) {
        const answer = await change("customer", { lastName: "Weiß", city }, [
          "city",
        ]);
        expect(answer).toEqual({
          outcome: "refused",
          message: expect.stringMatching(
            /ams does not take these values \(SQLSTATE (P0001|23514)\)/,
          ),
        });
        expect(JSON.stringify(answer)).not.toContain(city);
      }
    } finally {
      await world.owner.query(
        "drop trigger rule on ams.customer; drop function ams.no_würzburg; alter table ams.customer drop constraint no_hof",
      );
    }
  });

  it.each(["55000", "0A000", "AMS01", "28000", "2F003", "40003"])(
    "that a trigger refuses with SQLSTATE %s is this row's matter",
    async (state) => {
      await withTrigger(state, async () => {
        const fields = { lastName: "Weiß", city: "Würzburg" };
        expect(await change("customer", fields, ["city"])).toEqual({
          outcome: "refused",
          message: expect.stringContaining(`SQLSTATE ${state}`),
        });
      });
    },
  );

  it.each(["08006", "25006", "53200", "57P03", "58030", "XX000"])(
    "that fails with SQLSTATE %s is nobody's fault and thrown",
    async (state) => {
      await withTrigger(state, async () => {
        const fields = { lastName: "Weiß", city: "Würzburg" };
        await expect(change("customer", fields, ["city"])).rejects.toThrow(
          /Schicht/,
        );
      });
    },
  );

  it("waits for whoever has the row, and finds what they left", async () => {
    const before = await read("customer");
    await world.owner.query(
      "begin; update ams.customer set city = 'Aachen' where customer_id = 1",
    );
    const waiting = change("customer", { lastName: "Weiß", city: "Hamm" }, [
      "city",
    ]);
    await expect.poll(async () => (await waits()).length).toBe(1);
    await world.owner.query("commit");
    expect(await waiting).toEqual({ outcome: "stale" });
    expect((await read("customer"))?.values).toEqual({
      ...before?.values,
      city: "Aachen",
    });
  });

  it("is busy where somebody keeps the row", async () => {
    const before = await read("customer");
    const hasty = await world.connect(300);
    await world.owner.query(
      "begin; update ams.customer set city = 'Aachen' where customer_id = 1",
    );
    try {
      const answer = await hasty.change(TENANT, {
        ref: { kind: "customer", id: "1" },
        rowVersion: before?.rowVersion ?? "",
        fields: { lastName: "Weiß", city: "Hamm" },
        names: ["city"],
      });
      expect(answer).toEqual({
        outcome: "busy",
        message: expect.stringMatching(/busy.*tried again/),
      });
    } finally {
      await world.owner.query("rollback");
      await hasty.close();
    }
  });

  it("of which nobody hears the end is thrown and not refused", async () => {
    await world.owner.query(
      "begin; update ams.customer set city = 'Aachen' where customer_id = 1",
    );
    const broken = change("customer", { lastName: "Weiß", city: "Hamm" }, [
      "city",
    ]);
    broken.catch(() => undefined);
    await expect.poll(async () => (await waits()).length).toBe(1);
    await world.owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'",
    );
    await world.owner.query("rollback");
    await expect(broken).rejects.toThrow(/terminat/i);
  });

  it("finds no row of another tenant", async () => {
    const other = "00000000-0000-4000-8000-00000000000b";
    const asked = {
      ref: { kind: "customer", id: "1" },
      rowVersion: "1",
      fields: { lastName: "X" },
      names: ["lastName"],
    } as const;
    expect(await world.ams.change(other, asked)).toEqual({ outcome: "gone" });
  });
});

const withTrigger = async (state: string, work: () => Promise<void>) => {
  await world.owner.query(`
    create function ams.schicht() returns trigger language plpgsql as $$
    begin
      raise exception 'Schicht' using errcode = '${state}';
    end $$;
    create trigger schicht before update on ams.customer for each row execute function ams.schicht()`);
  try {
    await work();
  } finally {
    await world.owner.query(
      "drop trigger schicht on ams.customer; drop function ams.schicht",
    );
  }
};

const waits = async () => {
  const client = new Client({ connectionString: world.ownerUrl });
  await client.connect();
  try {
    return (
      await client.query(
        "select pid from pg_stat_activity where wait_event_type = 'Lock'",
      )
    ).rows;
  } finally {
    await client.end();
  }
};
