import { RecordKind, type Change } from "@ams-sync/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher, type Batch, type Item } from "./batcher.js";

const TENANT = "0b5c1c3e-0000-4000-8000-00000000000a";
const committedAt = new Date("2026-10-25T00:30:00Z");

const change = (recordId: number): Change => ({
  tenantId: TENANT,
  kind: RecordKind.CUSTOMER,
  recordId: String(recordId),
  deleted: false,
  committedAt,
  traceParent: `trace of ${recordId}`,
});
const ids = (batch: Batch | undefined) =>
  batch?.changes.map(({ recordId }) => Number(recordId));

const touch = (customerId: string): Item => ({
  touch: { tenantId: TENANT, customerId, committedAt, traceParent: "t" },
});
const concern = (userId: string): Item => ({
  concern: { tenantId: TENANT, userId },
  traceParent: "c",
});

describe("Batcher", () => {
  it("gives nothing while a transaction is open, all of it once it is whole", () => {
    const batcher = new Batcher(10);
    batcher.add({ change: change(1) });
    expect(batcher.take()).toBeUndefined();
    batcher.commit(100n);
    batcher.add({ change: change(2) });
    const batch = batcher.take();
    expect(ids(batch)).toEqual([1]);
    expect(batch?.lsn).toBe(100n);
    expect(batcher.take()).toBeUndefined();
  });

  it("cuts a long transaction into parts without a position and ends it with one", () => {
    const batcher = new Batcher(2);
    const batches: Batch[] = [];
    for (const id of [1, 2, 3, 4, 5]) {
      while (batcher.full) batches.push(batcher.take() ?? fail());
      batcher.add({ change: change(id) });
    }
    batcher.commit(500n);
    batches.push(batcher.take() ?? fail());
    expect(batches.map((batch) => [ids(batch), batch.lsn])).toEqual([
      [[1, 2], 0n],
      [[3, 4], 0n],
      [[5], 500n],
    ]);
  });

  it("ends a transaction that went out whole in parts with an empty batch", () => {
    const batcher = new Batcher(1);
    batcher.add({ change: change(1) });
    expect(batcher.take()?.lsn).toBe(0n);
    batcher.commit(9n, { end: () => undefined });
    expect(batcher.hasRows).toBe(true);
    const batch = batcher.take();
    expect(ids(batch)).toEqual([]);
    expect(batch?.lsn).toBe(9n);
  });

  it("moves a position alone without calling it rows", () => {
    const batcher = new Batcher(10);
    batcher.advance(70n);
    expect([batcher.hasRows, batcher.hasPosition]).toEqual([false, true]);
    batcher.commit(80n);
    batcher.advance(75n);
    expect(batcher.take()?.lsn).toBe(80n);
  });

  it("asks once for a customer or a user that is named often", () => {
    const batcher = new Batcher(10);
    for (let i = 0; i < 5; i += 1) {
      batcher.add(touch("7"));
      batcher.add(concern("3"));
      batcher.commit(BigInt(i + 1));
    }
    batcher.add(concern(""));
    batcher.commit(6n);
    const batch = batcher.take();
    expect(batch?.touches.map(({ customerId }) => customerId)).toEqual(["7"]);
    expect(batch?.concerns.map(({ userId }) => userId)).toEqual(["3", ""]);
  });

  it("remembers the last commit of each tenant, and tells every commit its rows when it is stored", () => {
    const batcher = new Batcher(3);
    const ended: number[] = [];
    const commit = { end: (rows: number) => void ended.push(rows) };
    for (const id of [1, 2, 3, 4]) {
      batcher.add({ change: change(id) });
      if (batcher.full) batcher.take()?.stored();
    }
    batcher.commit(1n, commit);
    batcher.add({ change: change(5) });
    batcher.commit(2n, commit);
    const batch = batcher.take();
    expect(ended).toEqual([]);
    expect(batch?.traceParents).toEqual(new Map([[TENANT, "trace of 5"]]));
    batch?.stored();
    expect(ended).toEqual([4, 1]);
  });

  it("keeps every row, in order, within its limit, and each position with its rows", () => {
    const sizes = fc.array(fc.nat(25), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 10 }), (sizes_, limit) => {
        const batcher = new Batcher(limit);
        const batches: Batch[] = [];
        let row = 0;
        const rowsUpTo = new Map<bigint, number>();
        for (const [n, size] of sizes_.entries()) {
          for (let i = 0; i < size; i += 1) {
            row += 1;
            while (batcher.full) batches.push(batcher.take() ?? fail());
            batcher.add({ change: change(row) });
          }
          batcher.commit(BigInt(n + 1));
          rowsUpTo.set(BigInt(n + 1), row);
          // Now and then the reader is faster than the stream.
          if (size % 7 === 0 && batcher.hasPosition)
            batches.push(batcher.take() ?? fail());
        }
        if (batcher.hasPosition) batches.push(batcher.take() ?? fail());

        const sent = batches.flatMap((batch) => ids(batch) ?? []);
        expect(sent).toEqual(Array.from({ length: row }, (_, i) => i + 1));
        let soFar = 0;
        for (const batch of batches) {
          expect(batch.changes.length).toBeLessThanOrEqual(limit);
          soFar += batch.changes.length;
          if (batch.lsn !== 0n) expect(rowsUpTo.get(batch.lsn)).toBe(soFar);
        }
        expect(batches.filter(({ lsn }) => lsn !== 0n).at(-1)?.lsn ?? 0n).toBe(
          BigInt(sizes_.length),
        );
      }),
    );
  });
});

const fail = (): never => {
  throw new Error("The batcher said that it had something.");
};
