import { randomUUID } from "node:crypto";
import { AccountHealth, StreamKind, System } from "@ams-sync/contracts";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";
import { MailRepository } from "./mail.repository.js";

let postgres: Postgres;
let state: StateUnderTest;
beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state?.stop();
  await postgres?.stop();
});
const told = async (tenantId: string) => {
  const mails = state.get(MailRepository);
  const all = (await mails.candidates(100)).filter(
    (one) => one.tenantId === tenantId,
  );
  return (await mails.troubles(tenantId, all)).map(({ cause }) => cause);
};
const again = (
  account: { tenantId: string; accountId: string },
  credentialChanged: boolean,
) => ({
  ...{
    account,
    userId: "7",
    system: System.CLOUD,
    streams: [StreamKind.CONTACTS],
  },
  ...{ movedStreams: [], settingsVersion: 99n, credentialChanged },
});

it("says nothing of a day without success in the minute after the password was renewed", async () => {
  const office = new Office(state, `ams-${randomUUID()}`);
  const tenantId = randomUUID();
  const account = await office.account(tenantId);
  const run = await office.begin(account);
  await office.end(run, {
    health: AccountHealth.NEEDS_LOGIN,
    errorKind: "auth",
    errorMessage: "no",
  });
  await state.rows(
    "update state.account set known_at = now() - interval '9 days', last_success_at = now() - interval '2 days' where tenant_id = $1",
    [tenantId],
  );
  expect(await told(tenantId)).toEqual(["needs-login"]);
  await office.accounts.announceAccount(again(account, true));
  expect(await told(tenantId)).toEqual([]);
});

it("nor in the minute after streams that were off for days are on again", async () => {
  const office = new Office(state, `ams-${randomUUID()}`);
  const tenantId = randomUUID();
  const account = await office.account(tenantId);
  await state.rows(
    "update state.account set known_at = now() - interval '30 days', last_success_at = now() - interval '5 days' where tenant_id = $1",
    [tenantId],
  );
  await state.rows(
    "update state.stream set active = false where tenant_id = $1",
    [tenantId],
  );
  expect(await told(tenantId)).toEqual([]);
  await office.accounts.announceAccount(again(account, false));
  expect(await told(tenantId)).toEqual([]);
});
