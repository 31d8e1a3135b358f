import type { AmsDatabaseWrites, AmsReads } from "@ams-sync/ams";
import type { Match, NewRecord, SyncOptions } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import type { TenantHome } from "../ams-records.js";
import { amsDatabaseWrites } from "./ams-database-writes.js";

const HOME: TenantHome = {
  tenantId: "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e",
  source: "nord",
};
const OPTIONS: SyncOptions = { policy: "ams-wins" };
const NONE: Match = { verdict: "none" };
const CHANGE = {
  ref: { kind: "customer", id: "2" },
  rowVersion: "7",
  fields: { city: "Köln" },
  names: ["city"],
} as const;
const ORIGIN = {
  accountId: "5e2f4f0a-9f0f-4a7e-8d55-0c9d0b7a6e11",
  stream: "appointments",
  uid: "öffnungszeit@wolke.example",
} as const;
const RECORD: NewRecord = {
  kind: "appointment",
  fields: { date: "2026-10-25" },
};

const writesInto = (matches: readonly Match[] | undefined) => {
  const asked: unknown[] = [];
  const reads = {
    match: async (...all: unknown[]) => (asked.push(all), matches),
    customersOf: async (...all: unknown[]) => (
      asked.push(all),
      matches?.map(() => undefined)
    ),
  } as unknown as AmsReads;
  const database: AmsDatabaseWrites = {
    change: async (...all) => (asked.push(all), { outcome: "gone" }),
    changeTogether: async (...all) => (asked.push(all), [undefined]),
    create: async (...all) => (asked.push(all), { outcome: "deleted" }),
  };
  const writes = amsDatabaseWrites({
    inTenant: (home, work) => (asked.push(home), work(reads)),
    write: (home, work) => (asked.push(home), work(database)),
  });
  return { asked, writes };
};

describe("the way into the ams database", () => {
  it("asks the tenant's own", async () => {
    const { asked, writes } = writesInto([NONE]);
    expect(await writes.match(HOME, "7", OPTIONS, [])).toEqual([NONE]);
    expect(await writes.customersOf(HOME, "7", [])).toEqual([undefined]);
    expect(await writes.change(HOME, CHANGE)).toEqual({ outcome: "gone" });
    expect(await writes.changeTogether(HOME, [CHANGE])).toEqual([undefined]);
    const how = { asked: true } as const;
    expect(
      await writes.create(HOME, "7", OPTIONS, ORIGIN, RECORD, how),
    ).toEqual({ outcome: "deleted" });
    expect(asked).toEqual([
      HOME,
      ["7", OPTIONS, []],
      HOME,
      ["7", []],
      HOME,
      [HOME.tenantId, CHANGE],
      HOME,
      [HOME.tenantId, [CHANGE]],
      HOME,
      [HOME.tenantId, "7", OPTIONS, ORIGIN, RECORD, how],
    ]);
  });

  it("matches nobody for a user who cannot be judged by", async () => {
    const { writes } = writesInto(undefined);
    const gone = { name: "AmsAway", passing: true };
    await expect(writes.match(HOME, "7", OPTIONS, [])).rejects.toMatchObject(
      gone,
    );
    await expect(writes.customersOf(HOME, "7", [])).rejects.toMatchObject(gone);
  });
});
