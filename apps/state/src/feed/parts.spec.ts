import { expect, it } from "vitest";
import type { FeedChange } from "./read-changes.js";
import { partsOf, type TenantPart } from "./parts.js";

const HAMBURG = "aaaaaaaa-0000-4000-8000-000000000001";
const KÖLN = "bbbbbbbb-0000-4000-8000-000000000002";

const change = (
  tenantId: string,
  recordId: string,
  deleted = false,
): FeedChange => ({
  tenantId,
  kind: "customer",
  recordId: BigInt(recordId),
  deleted,
  commit: { at: 1_774_747_800_000n, traceParent: "" },
});

/** Its rows by their places: "2 customer 7", with a "-" for the end of a record. */
const rowsOf = (part: TenantPart | undefined): string[] => {
  const [ids, places, kinds, kind, deleted, allDeleted] = part?.columns ?? [];
  const list = (text: string | null | undefined): string[] =>
    (text ?? "{}").slice(1, -1).split(",");
  return list(ids).map((id, row) => {
    const gone = (allDeleted ?? list(deleted)[row]) === "t";
    return `${list(places)[row]} ${kind ?? list(kinds)[row]} ${gone ? "-" : ""}${id}`;
  });
};

it("lets the last of several changes of a record count, at its own place", () => {
  const { parts, size } = partsOf(
    [change(HAMBURG, "1"), change(HAMBURG, "2"), change(HAMBURG, "1", true)],
    [],
  );
  expect(size).toBe(2);
  expect(parts).toHaveLength(1);
  expect(rowsOf(parts[0])).toEqual(["1 customer 2", "2 customer -1"]);
});

it("keeps records of one number apart by kind and by tenant", () => {
  const company: FeedChange = { ...change(HAMBURG, "7"), kind: "company" };
  const { parts, size } = partsOf(
    [change(KÖLN, "7"), change(HAMBURG, "7"), company],
    [],
  );
  expect(size).toBe(3);
  expect(parts.map((part) => [part.tenantId, rowsOf(part)])).toEqual([
    [HAMBURG, ["2 customer 7", "3 company 7"]],
    [KÖLN, ["1 customer 7"]],
  ]);
  expect(parts[0]?.kinds).toEqual(["customer", "company"]);
});

it("orders tenants alike for every batch and numbers in commit order across them", () => {
  const { parts } = partsOf(
    [change(KÖLN, "1"), change(HAMBURG, "1"), change(KÖLN, "2")],
    [],
  );
  expect(parts.map(({ tenantId }) => tenantId)).toEqual([HAMBURG, KÖLN]);
  expect(rowsOf(parts[1])).toEqual(["1 customer 1", "3 customer 2"]);
});

it("numbers nothing for concerns alone", () => {
  const { parts, size } = partsOf([], [{ tenantId: KÖLN, userId: "5" }]);
  expect(size).toBe(0);
  expect(parts).toMatchObject([
    {
      tenantId: KÖLN,
      kinds: [],
      concerns: [{ tenantId: KÖLN, userId: "5" }],
    },
  ]);
});
