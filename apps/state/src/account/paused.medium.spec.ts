import { randomUUID } from "node:crypto";
import { AccountHealth, StreamKind } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

it("an account of which nothing is on shows no trouble: neither an earlier one nor that of a run under way", async () => {
  const office = new Office(state, `ams-${randomUUID()}`);
  const tenant = randomUUID();
  await office.snapshot([]);
  const account = await office.account(tenant);
  const failed = {
    health: AccountHealth.DEGRADED,
    errorKind: "transient",
    errorMessage: "The server does not answer.",
  };
  await office.end(await office.begin(account), failed);
  const shown = async () =>
    (await office.accounts.listAccounts({ tenantId: tenant })).accounts[0];
  expect(await shown()).toMatchObject(failed);
  await state.rows(
    `update state.schedule set due_at = now(), not_before = null where account_id = $1`,
    [account.accountId],
  );
  const run = await office.begin(account);
  await office.account(tenant, {
    ...{ ...account, settingsVersion: 2n, streams: [] },
    credentialChanged: false,
  });
  const paused = {
    ...{ health: AccountHealth.PAUSED, errorKind: "", errorMessage: "" },
  };
  expect(await shown()).toMatchObject(paused);
  expect(await codeOf(office.end(run, failed))).toBe(Status.ABORTED);
  expect(await shown()).toMatchObject(paused);
  // A new password, too, is no reason to show one.
  await office.account(tenant, {
    ...{ ...account, settingsVersion: 3n, streams: [] },
    credentialChanged: true,
  });
  expect(await shown()).toMatchObject(paused);
  await office.account(tenant, {
    ...{ ...account, settingsVersion: 4n, streams: [StreamKind.CONTACTS] },
    credentialChanged: false,
  });
  expect(await shown()).toMatchObject({
    ...paused,
    health: AccountHealth.OK,
  });
});
