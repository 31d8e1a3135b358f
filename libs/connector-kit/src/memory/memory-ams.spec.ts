import type { NewRecord, SyncOptions } from "@ams-sync/sync-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { RemoteOrigin } from "../ams-writes.js";
import { appointment, customer, MemoryAms } from "./memory-ams.js";

const HOME = { tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e" };
const OPTIONS: SyncOptions = {
  policy: "ams-wins",
  contacts: {
    customers: true,
    companies: true,
    agents: true,
    tags: [],
    birthday: true,
  },
  appointments: {},
};
const ORIGIN: RemoteOrigin = {
  accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  stream: "contacts",
  uid: "ü-1",
};
const ANNE: NewRecord = {
  kind: "customer",
  type: "private",
  status: "customer",
  fields: { lastName: "Müller-Lüdenscheidt", email: "änne@post.example" },
};

let ams: MemoryAms;
let written: string[];
beforeEach(() => {
  ams = new MemoryAms();
  written = [];
  ams.written = ({ kind, id }) => written.push(`${kind}/${id}`);
  ams.put(customer("1", { lastName: "Weiß", mobile: "0171 2345678" }, 5));
  ams.put(appointment("1", { date: "2026-10-25", from: "09:00", to: null }, 5));
});

const version = (key: string) => ams.records.get(key)?.rowVersion ?? "";
const change = (
  kind: "customer" | "appointment",
  fields: { readonly [name: string]: string },
  names: readonly string[],
  rowVersion = version(`${kind}/1`),
) => ams.change(HOME, { ref: { kind, id: "1" }, rowVersion, fields, names });
const create = (record: NewRecord, origin: RemoteOrigin = ORIGIN) =>
  ams.create(HOME, "7", OPTIONS, origin, record);

describe("the model of ams", () => {
  it("writes a record that nobody touched, under a new version", async () => {
    const old = version("customer/1");
    const fields = { lastName: "Weiß", city: "Köln" };
    const answer = await change("customer", fields, ["city", "mobile"]);
    expect(answer).toMatchObject({
      outcome: "written",
      record: { values: { lastName: "Weiß", city: "Köln", mobile: null } },
    });
    expect(version("customer/1")).not.toBe(old);
    expect(await change("customer", fields, ["city"], old)).toEqual({
      outcome: "stale",
    });
    ams.remove({ kind: "customer", id: "1" });
    expect(await change("customer", fields, ["city"])).toEqual({
      outcome: "gone",
    });
    expect(written).toEqual(["customer/1"]);
  });

  it("keeps both times, and refuses what ams could not hold", async () => {
    const fields = { date: "2026-10-25", from: "08:00", to: "09:00" };
    expect(await change("appointment", fields, ["from"])).toMatchObject({
      record: { values: { from: "08:00", to: "09:00" } },
    });
    for (const [bad, names] of [
      [{ city: "Köln" }, ["lastName"]],
      [{ lastName: "Weiß", name: "Weiß AG" }, ["name"]],
    ] as const)
      expect(await change("customer", bad, names)).toMatchObject({
        outcome: "refused",
      });
    expect(ams.records.get("customer/1")?.values).toMatchObject({
      lastName: "Weiß",
    });
  });

  it("makes one record of an item, and none again that was deleted", async () => {
    const first = await create(ANNE);
    if (first.outcome !== "created") throw new Error(first.outcome);
    const { record } = first;
    expect(await create(ANNE)).toEqual({ outcome: "again", record });
    expect(ams.made.get(`customer/${record.id}`)).toEqual(ANNE);
    expect(await create(ANNE, { ...ORIGIN, uid: "ü-2" })).toEqual({
      outcome: "matched",
      match: { verdict: "one", id: record.id },
    });
    const asked = () =>
      ams.create(
        ...([HOME, "7", OPTIONS, { ...ORIGIN, uid: "ü-3" }, ANNE] as const),
        { asked: true },
      );
    const second = await asked();
    if (second.outcome !== "created") throw new Error(second.outcome);
    expect(await asked()).toEqual({ ...second, outcome: "again" });
    ams.remove(record);
    expect(await create(ANNE)).toEqual({ outcome: "deleted" });
    expect(written).toEqual(
      [record, second.record].map(({ id }) => `customer/${id}`),
    );
  });

  it("knows who is who, and nobody for nobody", async () => {
    ams.customerNumbers.set("1", "K1");
    const fields = { lastName: "Weiß", phonePrivate: "+49 171/2345678" };
    const match = () =>
      ams.match(HOME, "7", OPTIONS, [{ type: "private", fields }]);
    expect(await match()).toEqual([{ verdict: "one", id: "1" }]);
    const hints = [{ attendees: ["ich@x.example"], customerNumbers: ["K1"] }];
    expect(await ams.customersOf(HOME, "7", hints)).toEqual(["1"]);
    ams.zoneUnknown = true;
    await expect(match()).rejects.toMatchObject({ name: "AmsAway" });
    expect(await create(ANNE)).toMatchObject({ outcome: "refused" });
  });
});
