import type { AmsReads, AmsUserView } from "@ams-sync/ams";
import type { TimeZone } from "@ams-sync/sync-core";
import { describe, expect, it } from "vitest";
import { jost } from "../memory/sample.js";
import { amsDatabaseRecords } from "./ams-database-records.js";

const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";
const REFS = [{ kind: "customer", id: "2" }] as const;

const user = (releasedAgentIds: readonly string[], active = true) =>
  ({
    userId: "7",
    active,
    rights: new Set(["appointments.department", "menu.organisation.users"]),
    agentRelease: true,
    releasedAgentIds: new Set(releasedAgentIds),
    timeZone: "Europe/Berlin" as TimeZone,
  }) satisfies AmsUserView;

/** ams whose user looks different at each look; the last look stays. */
const ams = (looks: readonly (AmsUserView | undefined)[]) => {
  const asked = { transactions: 0, records: 0 };
  let look = 0;
  const reads: AmsReads = {
    user: async () => looks[Math.min(look++, looks.length - 1)],
    records: async (keys) => {
      asked.records += 1;
      return new Map(keys.map(() => ["customer/2", jost()]));
    },
    match: async () => undefined,
    customersOf: async () => undefined,
    madeOf: async () => [],
  };
  const records = amsDatabaseRecords({
    inTenant: (_tenant, work) => {
      asked.transactions += 1;
      return work(reads);
    },
  });
  return {
    asked,
    load: () => records.load({ tenantId: TENANT }, "7", REFS),
    records,
  };
};

describe("the ams database as a run sees it", () => {
  it("reads user and records in one transaction", async () => {
    const { load, asked } = ams([user(["11"])]);
    const view = await load();
    expect(view.user?.releasedAgentIds).toEqual(new Set(["11"]));
    expect([...view.records.keys()]).toEqual(["customer/2"]);
    expect(asked).toEqual({ transactions: 1, records: 1 });
  });

  it("reads again when a release changes in between: no customer may look out of scope by that", async () => {
    const { load, asked } = ams([user(["11"]), user(["12"]), user(["12"])]);
    const view = await load();
    expect(view.user?.releasedAgentIds).toEqual(new Set(["12"]));
    expect(asked.records).toBe(2);
  });

  it("gives up on a user whose rights never stand still", async () => {
    const looks = Array.from({ length: 9 }, (_, i) => user([String(i)]));
    await expect(ams(looks).load()).rejects.toThrow(/again and again/);
  });

  it.each([
    ["is unknown", undefined],
    ["has left", user(["11"], false)],
  ])("has no user who %s", async (_what, view) => {
    expect((await ams([view]).load()).user).toBeUndefined();
  });

  it("has no user whose brokerage has no time zone, and says so", async () => {
    const { timeZone: _, ...zoneless } = user(["11"]);
    const view = await ams([zoneless]).load();
    expect(view.user).toBeUndefined();
    expect(view.zoneUnknown).toBe(true);
    const gone = await ams([{ ...zoneless, active: false }]).load();
    expect(gone.zoneUnknown).toBeUndefined();
  });

  it("asks for no records when there are none to ask for", async () => {
    const { records, asked } = ams([user([])]);
    const view = await records.load({ tenantId: TENANT }, "7", []);
    expect(view.user?.userId).toBe("7");
    expect(asked.records).toBe(0);
  });
});
