import { expect, it } from "vitest";
import { davLabel, isDavWrite } from "./dav-labels.js";
import { confirmedLsn, walLabel } from "./replication-labels.js";
import { SqlLabels } from "./sql-labels.js";

it("names statements, and a commit by what it commits", () => {
  const labels = new SqlLabels();
  const told = [
    "START TRANSACTION",
    "select set_config('app.tenant_id', $1, true)",
    "select 1 from state.account where tenant_id = $1 for update",
    `UPDATE "state"."source" SET "position" = $1`,
    "with taken as (insert into state.inbox as i (a) select f.a from state.feed on conflict (a) do update set b = 1 returning 1) select count(*) from taken",
    "COMMIT",
    "START TRANSACTION",
    "select * from state.link",
    "COMMIT",
    "with due as (select a from state.schedule for update skip locked), claimed as (update state.schedule s set b = 1) select * from claimed",
    "-- Insert a single job; returns its id.\nSELECT add_job(\n  $1, $2\n) AS id;\n",
    "select pg_drop_replication_slot(slot_name) from pg_replication_slots",
    `CREATE_REPLICATION_SLOT "x" LOGICAL pgoutput`,
    "fetch 10 from record",
  ].map((sql) => labels.of(sql));
  expect(told).toEqual([
    "begin",
    "call set_config",
    "lock account",
    "update source",
    "insert inbox",
    "commit intake",
    "begin",
    "select link",
    "commit of nothing",
    "update schedule at once",
    "call add_job at once",
    "call pg_drop_replication_slot at once",
    "create_replication_slot x",
    "fetch 10",
  ]);
});

it("names what a stream of changes brings and what is confirmed", () => {
  const copy = (text: string, data: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from("d"),
      Buffer.from([0, 0, 0, 0]),
      Buffer.from(text),
      data,
    ]);
  const wal = (type: string): Buffer =>
    copy("w", Buffer.concat([Buffer.alloc(24), Buffer.from(type)]));
  expect(["B", "U", "C", "R"].map((type) => walLabel(wal(type)))).toEqual([
    "wal begin",
    "wal row",
    "wal commit",
    undefined,
  ]);
  expect(walLabel(copy("k", Buffer.alloc(17)))).toBeUndefined();
  const status = Buffer.alloc(33);
  status.writeBigUInt64BE(7n, 8);
  expect(confirmedLsn(copy("r", status))).toBe(7n);
});

it("names requests by what they are for", () => {
  const named = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = "",
  ) => davLabel(method, path, headers, body);
  expect(named("PUT", "/a/x.vcf", { "if-none-match": "*" })).toBe(
    "PUT new card",
  );
  expect(named("PUT", "/a/x.ics", { "if-match": '"1"' })).toBe(
    "PUT changed event",
  );
  expect(
    named(
      "REPORT",
      "/a/",
      {},
      '<?xml version="1.0"?><d:sync-collection xmlns:d="DAV:"/>',
    ),
  ).toBe("REPORT sync-collection");
  expect(
    named(
      "PROPFIND",
      "/",
      { depth: "0" },
      "<d:propfind><d:prop><d:current-user-principal/></d:prop></d:propfind>",
    ),
  ).toBe("PROPFIND 0 collection current-user-principal");
  expect(
    ["DELETE card", "PUT new event", "REPORT sync-collection"].map(isDavWrite),
  ).toEqual([true, true, false]);
});
