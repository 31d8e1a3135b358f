import { expect, it } from "vitest";
import { changesFromWire, changesToWire, type Change } from "./changes.js";
import { AppendChangesRequest, Changes, RecordKind } from "./index.js";

const HAMBURG = "aaaaaaaa-0000-4000-8000-000000000001";
const KÖLN = "bbbbbbbb-0000-4000-8000-000000000002";
const early = new Date("2026-03-29T00:59:59.999Z");
const late = new Date("2026-03-29T01:00:00.000Z");

const change = (recordId: string, more: Partial<Change> = {}): Change => ({
  tenantId: HAMBURG,
  kind: RecordKind.CUSTOMER,
  recordId,
  deleted: false,
  committedAt: early,
  traceParent: "00-ab-cd-01",
  ...more,
});

it("gives back what went onto the wire, in its order", () => {
  const changes = [
    change("1"),
    change("-9223372036854775808", { kind: RecordKind.AGENT }),
    change("9223372036854775807", { tenantId: KÖLN, deleted: true }),
    change("1", { committedAt: late, traceParent: "" }),
    change("0", { committedAt: late, traceParent: "00-ef-01-01" }),
    change("2", { tenantId: HAMBURG }),
  ];
  const bytes = Changes.encode(changesToWire(changes)).finish();
  expect(changesFromWire(Changes.decode(bytes))).toEqual(changes);
});

it("names a tenant once, and a transaction once where its rows stand together", () => {
  const wire = changesToWire([change("1"), change("2"), change("3")]);
  expect(wire).toMatchObject({
    tenantIds: [HAMBURG],
    committedAt: [BigInt(early.getTime())],
    traceParent: ["00-ab-cd-01"],
    tenant: [0, 0, 0],
    commit: [0, 0, 0],
  });
});

it("says so when columns do not fit together", () => {
  const wire = changesToWire([change("1"), change("2")]);
  expect(() => changesFromWire({ ...wire, commit: [0, 1] })).toThrow(
    "Change 1 is not whole",
  );
});

it("takes changes as they were sent before, one message each, for none", () => {
  // Field 5, length-delimited: a message whose field 1 is the tenant.
  const before = new TextEncoder().encode(`\n$${HAMBURG}`);
  const bytes = Uint8Array.of(0x2a, before.length, ...before);
  expect(AppendChangesRequest.decode(bytes).changes).toBeUndefined();
});
