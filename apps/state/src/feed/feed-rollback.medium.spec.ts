import {
  startPostgres,
  startRollbackProxy,
  type Postgres,
  type RollbackProxy,
} from "@ams-sync/testing";
import { Status } from "nice-grpc-common";
import { afterAll, beforeAll, expect, it } from "vitest";
import { codeOf, Office } from "../testing/office.js";
import { StateUnderTest } from "../testing/state-under-test.js";

let postgres: Postgres;
let proxy: RollbackProxy;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  proxy = await startRollbackProxy(postgres.port);
  state = await StateUnderTest.on({
    createDatabase: (name) => postgres.createDatabase(name),
    url: (...what) => {
      const url = new URL(postgres.url(...what));
      url.port = String(proxy.port);
      return url.href;
    },
  });
});
afterAll(async () => {
  await state?.stop();
  proxy?.stop();
  await postgres?.stop();
});

/** Connections of state's pool in whose transactions nothing goes on: what they locked stays locked. */
const idle = () =>
  state.rows(
    `select pid from pg_stat_activity where application_name = 'ams-sync state' and state like 'idle in transaction%'`,
  );

it("a refused writer keeps no source, though its rollback is refused, too", async () => {
  const office = new Office(state);
  await office.snapshot();
  const { epoch } = await office.open();
  proxy.fate = "is refused";
  const stale = { name: office.source, expectedEpoch: epoch + 7n };
  const code = await codeOf(office.feed.beginSnapshot(stale));
  proxy.fate = "passes";
  expect(code).not.toBe(Status.OK);
  await expect.poll(idle).toEqual([]);
  const next = { name: office.source, expectedEpoch: epoch };
  expect((await office.feed.beginSnapshot(next)).epoch).toBe(epoch + 1n);
});
