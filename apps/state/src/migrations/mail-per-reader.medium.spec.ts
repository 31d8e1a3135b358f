import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { QueryRunner } from "typeorm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { MailPerReader1700000071000 } from "./mail-per-reader.js";

let postgres: Postgres;
let state: StateUnderTest;
let owner: QueryRunner;
beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
  const [schema] = await state.rows<{ name: string }>(
    "select nspowner::regrole::text as name from pg_namespace where nspname = 'state'",
  );
  owner = state.superuser.createQueryRunner();
  await owner.query(`set role ${schema?.name}`);
});
afterAll(async () => {
  await owner?.query("reset role");
  await owner?.release();
  await state?.stop();
  await postgres?.stop();
});

const inTransaction = async (work: () => Promise<void>) => {
  await owner.startTransaction();
  await work();
  await owner.commitTransaction();
};

it("whoever was told of an account before is not told of it again that day", async () => {
  const migration = new MailPerReader1700000071000();
  await inTransaction(() => migration.down(owner));
  const tenantId = randomUUID();
  const office = new Office(state);
  for (const hours of [30, 2, 5]) {
    const { accountId } = await office.account(tenantId);
    await state.rows(
      `insert into state.mail_notice (tenant_id, account_id, cause, recipient, claim, claimed_at, ended_at)
       values ($1, $2, 'held', '7', gen_random_uuid(), now() - $3 * interval '1 hour', now() - $3 * interval '1 hour')`,
      [tenantId, accountId, hours],
    );
  }
  await inTransaction(() => migration.up(owner));
  expect(
    await state.rows(
      `select recipient, cause, claimed_at > now() - interval '3 hours' as newest, claimed_at >= opened_at as told
       from state.mail_digest`,
    ),
  ).toEqual([{ recipient: "7", cause: "held", newest: true, told: true }]);
});
