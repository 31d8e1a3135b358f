import { randomUUID } from "node:crypto";
import { createDataSource, logger, runMigrations } from "@ams-sync/platform";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { announcements } from "../announcement.repository.js";
import { migrations } from "./index.js";

const BEFORE = 8;
const untold = { tenantId: randomUUID(), accountId: randomUUID() };

let postgres: Postgres;
let settings: DataSource;

/** What a release before says of a save. */
const NOTE = `insert into settings.announcement as a
  (tenant_id, account_id, version, credential_changed, moved_streams, preview, former_places, waits_for)
  values ($1, $2, $3, false, $4, false, '[]', null)
  on conflict (tenant_id, account_id) do update set version = excluded.version,
    moved_streams = array(select unnest(a.moved_streams) union select unnest(excluded.moved_streams))`;

beforeAll(async () => {
  postgres = await startPostgres();
  const admin = createDataSource({
    url: postgres.adminUrl,
    applicationName: "spec",
  });
  await admin.initialize();
  // As at a hoster's: the owner of the tables is no superuser.
  await admin.query(
    "create role sync_owner login createrole password 'geheim'",
  );
  await admin.query("create database ams_sync owner sync_owner");
  const owner = {
    url: postgres.url("ams_sync", "sync_owner", "geheim"),
    ...{ schema: "settings", log: logger("spec") },
  };
  await runMigrations({ ...owner, migrations: migrations.slice(0, BEFORE) });
  await admin.query(
    "create role settings_login login password 'geheim' in role ams_sync_settings",
  );
  await admin.destroy();
  settings = createDataSource({
    url: postgres.url("ams_sync", "settings_login", "geheim"),
    applicationName: "spec",
  });
  await settings.initialize();
  await settings.query(NOTE, [
    ...[untold.tenantId, untold.accountId, "3"],
    ["contacts"],
  ]);
  await runMigrations({ ...owner, migrations });
});
afterAll(async () => {
  await settings?.destroy();
  await postgres?.stop();
});

const movedAtOf = async (account: typeof untold) =>
  (await announcements.of(settings.manager, account))?.movedAt;

test("what was untold when the column came is taken to have moved with the note's version", async () => {
  expect(await movedAtOf(untold)).toEqual({ contacts: "3" });
});

test("a save of a release before, between others, moves with its own version what the note names", async () => {
  const account = { tenantId: randomUUID(), accountId: randomUUID() };
  const note = (
    version: bigint,
    ...movedStreams: ("contacts" | "appointments")[]
  ) =>
    announcements.note(settings.manager, account, {
      ...{ version, movedStreams, credentialChanged: false, preview: false },
    });
  await note(2n, "contacts");
  expect(await movedAtOf(account)).toEqual({ contacts: "2" });
  await note(3n);
  expect(await movedAtOf(account)).toEqual({ contacts: "2" });
  await settings.query(NOTE, [
    ...[account.tenantId, account.accountId, "4"],
    ["contacts"],
  ]);
  expect(await movedAtOf(account)).toEqual({ contacts: "4" });
  await note(5n);
  expect(await movedAtOf(account)).toEqual({ contacts: "4" });
  await note(6n, "appointments");
  expect(await movedAtOf(account)).toEqual({
    ...{ contacts: "4", appointments: "6" },
  });
});
