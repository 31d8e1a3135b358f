import { expect, it } from "vitest";
import { partsOf, type FeedChange } from "./parts.js";

const HAMBURG = "aaaaaaaa-0000-4000-8000-000000000001";
const KÖLN = "bbbbbbbb-0000-4000-8000-000000000002";

const change = (
  tenantId: string,
  recordId: string,
  deleted = false,
): FeedChange => ({
  tenantId,
  kind: "customer",
  recordId,
  deleted,
  committedAt: new Date("2026-03-29T01:30:00Z"),
});

it("lets the last of several changes of a record count, at its own place", () => {
  const { parts, last } = partsOf(
    [change(HAMBURG, "1"), change(HAMBURG, "2"), change(HAMBURG, "1", true)],
    [],
    40n,
  );
  expect(last).toBe(42n);
  expect(parts).toHaveLength(1);
  expect(
    parts[0]?.changes.map(({ recordId, deleted, position }) => ({
      recordId,
      deleted,
      position,
    })),
  ).toEqual([
    { recordId: "2", deleted: false, position: 41n },
    { recordId: "1", deleted: true, position: 42n },
  ]);
});

it("keeps records of one number apart by kind and by tenant", () => {
  const company: FeedChange = { ...change(HAMBURG, "7"), kind: "company" };
  const { parts, last } = partsOf(
    [change(KÖLN, "7"), change(HAMBURG, "7"), company],
    [],
    0n,
  );
  expect(last).toBe(3n);
  expect(
    parts.map(({ tenantId, changes }) => [tenantId, changes.length]),
  ).toEqual([
    [HAMBURG, 2],
    [KÖLN, 1],
  ]);
});

it("orders tenants alike for every batch and numbers in commit order across them", () => {
  const { parts } = partsOf(
    [change(KÖLN, "1"), change(HAMBURG, "1"), change(KÖLN, "2")],
    [],
    0n,
  );
  expect(parts.map(({ tenantId }) => tenantId)).toEqual([HAMBURG, KÖLN]);
  expect(parts[1]?.changes.map(({ position }) => position)).toEqual([1n, 3n]);
});

it("numbers nothing for concerns alone", () => {
  const { parts, last } = partsOf([], [{ tenantId: KÖLN, userId: "5" }], 9n);
  expect(last).toBe(9n);
  expect(parts).toEqual([
    {
      tenantId: KÖLN,
      changes: [],
      concerns: [{ tenantId: KÖLN, userId: "5" }],
    },
  ]);
});
