import { RecordKind } from "@ams-sync/contracts";
import { describe, expect, it } from "vitest";
import { CaptureError } from "../problem.js";
import { capturedTables } from "./captured-tables.js";
import { decode } from "./decoder.js";
import type { Relation, Row } from "./pgoutput.js";

const MÜLLER = "0b5c1c3e-0000-4000-8000-00000000000a";
const WEISS = "0b5c1c3e-0000-4000-8000-00000000000b";

const relation = (name: string, schema = "ams"): Relation => ({
  name: `${schema}.${name}`,
  columns: [],
});
const insert = (name: string, row: Row) =>
  decode({ tag: "insert", relation: relation(name), new: row });
const update = (name: string, old: Row | undefined, row: Row) =>
  decode({ tag: "update", relation: relation(name), old, new: row });
const remove = (name: string, old: Row) =>
  decode({ tag: "delete", relation: relation(name), old });

const record = (
  kind: RecordKind,
  recordId: string,
  deleted: boolean,
  tenantId = MÜLLER,
) => ({
  type: "effect",
  effect: { on: "record", tenantId, kind, recordId, deleted },
});
const accounts = (userId: string) => ({
  type: "effect",
  effect: { on: "accounts", tenantId: MÜLLER, userId },
});

describe.each([
  ["customer", RecordKind.CUSTOMER],
  ["company", RecordKind.COMPANY],
  ["agent", RecordKind.AGENT],
  ["appointment", RecordKind.APPOINTMENT],
])("a row of %s", (table, kind) => {
  const id = `${table}_id`;
  const row = { tenant_id: MÜLLER, [id]: "9007199254740993" };

  it("is a change when it comes or changes", () => {
    const change = [record(kind, "9007199254740993", false)];
    expect(insert(table, row)).toEqual(change);
    expect(update(table, undefined, row)).toEqual(change);
  });

  it("is a tombstone when it goes; only the key is known then", () => {
    expect(remove(table, row)).toEqual([
      record(kind, "9007199254740993", true),
    ]);
  });

  it("is a tombstone and a change when its key moves, to another tenant too", () => {
    expect(
      update(table, row, { tenant_id: WEISS, [id]: "9007199254740993" }),
    ).toEqual([
      record(kind, "9007199254740993", true),
      record(kind, "9007199254740993", false, WEISS),
    ]);
  });

  it("is one change under REPLICA IDENTITY FULL, where the old row always comes along", () => {
    const change = [record(kind, "9007199254740993", false)];
    expect(
      update(table, { ...row, name: "Weiß" }, { ...row, name: "Weiss" }),
    ).toEqual(change);
  });
});

describe("what is no record of its own", () => {
  const tagged = (customer: string) => ({
    tenant_id: MÜLLER,
    customer_id: customer,
    tag_id: "3",
  });
  const touch = (customerId: string) => ({
    type: "effect",
    effect: { on: "customer", tenantId: MÜLLER, customerId },
  });

  it("leads from a customer's tag to the customer, never to its tombstone", () => {
    expect(insert("customer_tag", tagged("7"))).toEqual([touch("7")]);
    expect(remove("customer_tag", tagged("7"))).toEqual([touch("7")]);
    expect(update("customer_tag", tagged("7"), tagged("8"))).toEqual([
      touch("7"),
      touch("8"),
    ]);
  });

  it("leads from a tag to those that carry it; nobody carries a new one", () => {
    const tag = { tenant_id: MÜLLER, tag_id: "3" };
    const carriers = [
      { type: "effect", effect: { on: "tag", tenantId: MÜLLER, tagId: "3" } },
    ];
    expect(insert("tag", tag)).toEqual([]);
    expect(update("tag", undefined, tag)).toEqual(carriers);
    expect(remove("tag", tag)).toEqual(carriers);
  });

  it("concerns the user whose releases, rights or account change", () => {
    const row = { tenant_id: MÜLLER, user_id: "5" };
    const release = { ...row, agent_id: "6" };
    expect(insert("agent_release", release)).toEqual([accounts("5")]);
    expect(remove("agent_release", release)).toEqual([accounts("5")]);
    expect(remove("user_right", { ...row, right_code: "x" })).toEqual([
      accounts("5"),
    ]);
    expect(update("user_account", undefined, row)).toEqual([accounts("5")]);
    expect(
      update("agent_release", release, { ...release, user_id: "8" }),
    ).toEqual([accounts("5"), accounts("8")]);
  });

  it("concerns every user when the tenant's options or time zone change", () => {
    expect(update("tenant", undefined, { tenant_id: MÜLLER })).toEqual([
      accounts(""),
    ]);
  });

  it("is nothing when somebody publishes more than we capture", () => {
    expect(insert("department", { tenant_id: MÜLLER })).toEqual([]);
    const other = relation("customer", "archiv");
    expect(
      decode({ tag: "insert", relation: other, new: { customer_id: "1" } }),
    ).toEqual([]);
  });
});

describe("the frame of a transaction", () => {
  it("carries commit time and the end of the commit", () => {
    const committedAt = new Date("2026-03-29T01:30:00.123Z");
    expect(decode({ tag: "begin", committedAt, xid: 7 })).toEqual([
      { type: "begin", committedAt, xid: 7 },
    ]);
    expect(decode({ tag: "commit", endLsn: 0x1an })).toEqual([
      { type: "commit", endLsn: 0x1an },
    ]);
    expect(() => decode({ tag: "commit", endLsn: 0n })).toThrow(CaptureError);
  });

  it("names the captured tables of a TRUNCATE, and leaves the others alone", () => {
    const truncate = (...names: string[]) =>
      decode({
        tag: "truncate",
        relations: names.map((name) => relation(name)),
      });
    expect(truncate("customer", "customer_tag", "department")).toEqual([
      { type: "truncate", tables: ["ams.customer", "ams.customer_tag"] },
    ]);
    expect(truncate("department")).toEqual([]);
  });
});

it.each(capturedTables)("refuses a row of $name without its key", (table) => {
  const [last] = table.key.slice(-1);
  const row = Object.fromEntries(
    table.key.filter((name) => name !== last).map((name) => [name, "1"]),
  );
  // A deleted row's missing key column is undefined, a published null is null.
  for (const broken of [row, { ...row, [last ?? ""]: null }])
    expect(() => remove(table.name, broken)).toThrow(CaptureError);
});
