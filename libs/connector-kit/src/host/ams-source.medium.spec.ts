import { AmsDatabase, migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AmsAway } from "../ams-records.js";
import { systemClock } from "../clock.js";
import { AmsSource } from "./ams-source.js";

const HOME = { tenantId: "00000000-0000-4000-8000-00000000000a" };

let postgres: Postgres;
let owner: Client;
/** Within a transaction pg_stat_activity is what it was at the first look. */
let looker: Client;
let source: AmsSource;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase("ams");
  await migrateAms(url);
  owner = new Client({ connectionString: url });
  looker = new Client({ connectionString: url });
  await owner.connect();
  await looker.connect();
  await owner.query(
    "create role connector_login login password 'geheim' in role ams_sync_connector",
  );
  const silent = () => undefined;
  source = new AmsSource({
    name: "ams",
    connect: () =>
      AmsDatabase.connect({
        url: postgres.url("ams", "connector_login", "geheim"),
        applicationName: "spec",
        // One that reads, one that asks whether the database answers.
        poolSize: 2,
      }),
    clock: systemClock,
    log: { info: silent, warn: silent },
    patience: { answer: 5_000, pause: 100, look: 200, reading: 600 },
  });
});
afterAll(async () => {
  await source?.close();
  await Promise.all([owner?.end(), looker?.end()]);
  await postgres?.stop();
});

const underWay = async (): Promise<number> => {
  const { rows } = await looker.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where application_name = 'spec' and state <> 'idle'`,
  );
  return rows[0]?.count ?? 0;
};

it("ends a reading at the server when it gives it up, so that its connection is free", async () => {
  // A program of ams that rebuilds a table, for hours.
  await owner.query("begin; lock table ams.customer");
  try {
    const customers = [{ kind: "customer", id: "1" }] as const;
    for (let turn = 0; turn < 3; turn += 1) {
      const reading = source.inTenant(HOME, (reads) =>
        reads.records(customers),
      );
      await expect(reading).rejects.toThrow(AmsAway);
      await waitFor(async () => (await underWay()) === 0, {
        what: "the reading to end at the server",
        timeoutMs: 10_000,
      });
    }
    // Who does not need that table is served.
    expect(
      await source.inTenant(HOME, (reads) => reads.user("1")),
    ).toBeUndefined();
  } finally {
    await owner.query("rollback");
  }
});

it("asks nothing more of a reading that was given up between two questions", async () => {
  let answer = "";
  const slow = source.inTenant(HOME, async (reads) => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    answer = await reads.user("1").then(
      () => "answered",
      (error: Error) => error.name,
    );
  });
  await expect(slow).rejects.toThrow(AmsAway);
  await expect.poll(() => answer, { timeout: 10_000 }).toBe("AbortError");
});
