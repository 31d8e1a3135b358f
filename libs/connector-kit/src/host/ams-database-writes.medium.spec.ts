import { AmsDatabase, migrateAms } from "@ams-sync/ams";
import type { NewRecord, SyncOptions } from "@ams-sync/sync-core";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AmsWrites, RemoteOrigin } from "../ams-writes.js";
import { amsDatabaseRecords } from "./ams-database-records.js";
import { amsDatabaseWrites } from "./ams-database-writes.js";
import { AmsSource } from "./ams-source.js";
import { AmsSources } from "./ams-sources.js";

const TENANT = "00000000-0000-4000-8000-00000000000a";
const HOME = { tenantId: TENANT, source: "ams" };
const OPTIONS: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
};
const ORIGIN: RemoteOrigin = {
  accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  stream: "contacts",
  uid: "ü-1",
};
const ANNE: NewRecord = {
  kind: "customer",
  type: "private",
  status: "customer",
  fields: { lastName: "Müller-Lüdenscheidt", email: "änne@post.example" },
};

let postgres: Postgres;
let owner: Client;
let looker: Client;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("ams");
  await migrateAms(url);
  owner = new Client({ connectionString: url });
  looker = new Client({ connectionString: url });
  await owner.connect();
  await looker.connect();
  await owner.query(`
    create role connector_login login password 'geheim' in role ams_sync_connector;
    insert into ams.tenant (tenant_id, name) values ('${TENANT}', 'Maklerhaus Süd');
    insert into ams.user_account (tenant_id, user_id, login) values ('${TENANT}', 1, 'jschäfer')`);
});
afterAll(async () => {
  await Promise.all([owner?.end(), looker?.end()]);
  await postgres?.stop();
});
beforeEach(async () => {
  await owner.query("delete from ams.customer; delete from ams.sync_origin");
});

/** A connector's way in. @param longest how long it waits for one write, ms */
const wayIn = async (
  work: (writes: AmsWrites, databases: AmsSources) => Promise<void>,
  longest = 10_000,
) => {
  const silent = () => undefined;
  const source = new AmsSource({
    name: "ams",
    connect: () =>
      AmsDatabase.connect({
        url: postgres.url("ams", "connector_login", "geheim"),
        applicationName: "spec",
      }),
    clock: { monotonic: () => performance.now() },
    log: { info: silent, warn: silent } as never,
    patience: { look: 100, reading: longest },
  });
  const databases = new AmsSources(new Map([["ams", source]]));
  try {
    await work(amsDatabaseWrites(databases), databases);
  } finally {
    await databases.close();
  }
};

const create = (writes: AmsWrites) =>
  writes.create(HOME, "1", OPTIONS, ORIGIN, ANNE);

/** Whoever creates in this tenant waits until `work` is over. */
const held = async (work: () => Promise<void>): Promise<void> => {
  await owner.query("begin");
  try {
    await owner.query(
      `select pg_advisory_xact_lock(hashtextextended('ams-sync/${TENANT}', 0))`,
    );
    await work();
  } finally {
    await owner.query("commit");
  }
};

const waiting = async (): Promise<readonly number[]> => {
  const { rows } = await looker.query<{ pid: number }>(
    "select pid from pg_stat_activity where wait_event = 'advisory'",
  );
  return rows.map(({ pid }) => pid);
};

const customers = async (): Promise<number> =>
  Number(
    (await owner.query("select count(*) from ams.customer")).rows[0].count,
  );

describe("a write into a real database", () => {
  it("tells what was made of items, and whether it is still there", async () => {
    await wayIn(async (writes) => {
      const other = { ...ORIGIN, uid: "jemand anders" };
      const asked = () => writes.madeOf(HOME, "1", [other, ORIGIN]);
      expect(await asked()).toEqual([undefined, undefined]);
      const made = await create(writes);
      if (made.outcome !== "created") throw new Error(made.outcome);
      const { id } = made.record;
      const told = { kind: "customer", id, there: true };
      expect(await asked()).toEqual([undefined, told]);
      await owner.query("delete from ams.customer");
      expect(await asked()).toEqual([undefined, { ...told, there: false }]);
    });
  });

  it("creates, is matched, and changes what a run read", async () => {
    await wayIn(async (writes, databases) => {
      const made = await create(writes);
      if (made.outcome !== "created") throw new Error(made.outcome);
      const contact = { type: "private", fields: ANNE.fields } as const;
      expect(await writes.match(HOME, "1", OPTIONS, [contact])).toEqual([
        { verdict: "one", id: made.record.id },
      ]);
      const hints = [{ attendees: ["änne@post.example"], customerNumbers: [] }];
      expect(await writes.customersOf(HOME, "1", hints)).toEqual([
        made.record.id,
      ]);
      const ref = { kind: "customer", id: made.record.id } as const;
      const view = await amsDatabaseRecords(databases).load(HOME, "1", [ref]);
      const record = view.records.get(`customer/${ref.id}`);
      expect(record).toEqual(made.record);
      const changed = await writes.change(HOME, {
        ref,
        rowVersion: record?.rowVersion ?? "",
        fields: { ...ANNE.fields, city: "Köln" },
        names: ["city"],
      });
      expect(changed).toMatchObject({
        outcome: "written",
        record: { values: { city: "Köln" } },
      });
    });
  });

  it("whose connection dies is told as away, and found out by the next one", async () => {
    await wayIn(async (writes) => {
      await held(async () => {
        const dying = create(writes);
        dying.catch(() => undefined);
        await expect.poll(waiting).toHaveLength(1);
        await looker.query("select pg_terminate_backend($1)", [
          ...(await waiting()),
        ]);
        await expect(dying).rejects.toMatchObject({
          name: "AmsAway",
          passing: true,
        });
      });
      expect(await customers()).toBe(0);
      expect(await create(writes)).toMatchObject({ outcome: "created" });
    });
  });

  it("that was given up and is carried out late makes no second record", async () => {
    await wayIn(async (writes) => {
      let second: ReturnType<typeof create> | undefined;
      await held(async () => {
        await expect(create(writes)).rejects.toMatchObject({
          name: "AmsAway",
          passing: true,
          message: expect.stringMatching(/a write took longer/),
        });
        second = create(writes);
        second.catch(() => undefined);
        await expect.poll(waiting).toHaveLength(2);
      });
      expect(await second).toMatchObject({ outcome: "again" });
      expect(await customers()).toBe(1);
    }, 1_500);
  });
});
