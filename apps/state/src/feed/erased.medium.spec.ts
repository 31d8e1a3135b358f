import { randomUUID } from "node:crypto";
import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { customers, Office } from "../testing/office.js";
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

const rowsOf = async (tenant: string) => {
  const [row] = await state.rows<{ feed: number; tenants: number }>(
    `select (select count(*)::int from state.feed where tenant_id = $1) as feed,
       (select count(*)::int from state.tenant where tenant_id = $1) as tenants`,
    [tenant],
  );
  return row;
};

describe("a tenant that was erased", () => {
  it("is fed no more, while its neighbours are, and again once it was taken back", async () => {
    const office = new Office(state);
    const [gone, stays] = [randomUUID(), randomUUID()];
    await office.snapshot([...customers(gone, 2), ...customers(stays, 2)]);
    await state.rows(`insert into state.erased_tenant values ($1)`, [gone]);
    await state.rows(`delete from state.tenant where tenant_id = $1`, [gone]);
    await state.rows(`delete from state.feed where tenant_id = $1`, [gone]);

    await office.append([...customers(gone, 3), ...customers(stays, 3)]);
    expect(await rowsOf(gone)).toEqual({ feed: 0, tenants: 0 });
    expect(await rowsOf(stays)).toEqual({ feed: 3, tenants: 1 });
    // A snapshot of all of ams, too.
    await office.snapshot([...customers(gone, 3), ...customers(stays, 3)]);
    expect(await rowsOf(gone)).toEqual({ feed: 0, tenants: 0 });

    await state.rows(`delete from state.erased_tenant where tenant_id = $1`, [
      gone,
    ]);
    await office.append(customers(gone, 1));
    expect(await rowsOf(gone)).toEqual({ feed: 1, tenants: 1 });
  });

  it("has no account made known", async () => {
    const office = new Office(state, "other");
    const tenant = randomUUID();
    await state.rows(`insert into state.erased_tenant values ($1)`, [tenant]);
    await expect(office.account(tenant)).rejects.toThrow();
    const rows = await state.rows(
      `select 1 from state.account where tenant_id = $1`,
      [tenant],
    );
    expect(rows).toEqual([]);
  });
});
