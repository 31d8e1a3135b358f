import type { AmsReads } from "@ams-sync/ams";
import { describe, expect, it } from "vitest";
import type { TenantHome } from "../ams-records.js";
import type { AmsSource } from "./ams-source.js";
import { AmsSources } from "./ams-sources.js";

const TENANT = "0b1f6d3c-5a64-4a53-9d0c-6f9a1c2b3d4e";

const world = (...names: readonly string[]) => {
  const down = new Set<string>();
  const checked: string[] = [];
  const homes: TenantHome[] = [];
  const source = (name: string) =>
    ({
      inTenant: (home: TenantHome, work: (reads: AmsReads) => unknown) => {
        homes.push(home);
        return work(name as unknown as AmsReads);
      },
      write: (home: TenantHome, work: (writes: unknown) => unknown) => {
        homes.push(home);
        return work(name);
      },
      check: async () => {
        checked.push(name);
        if (down.has(name)) throw new Error(`${name} is down`);
      },
    }) as unknown as AmsSource;
  const sources = new AmsSources(new Map(names.map((n) => [n, source(n)])));
  const ask = async (of?: string): Promise<unknown> =>
    sources.inTenant(
      { tenantId: TENANT, ...(of !== undefined && { source: of }) },
      async (reads) => reads,
    );
  return { sources, ask, down, checked, homes };
};

describe("all ams databases", () => {
  it("reads a tenant in its own", async () => {
    const { ask } = world("ams", "nord");
    expect(await ask("nord")).toBe("nord");
    expect(await ask("ams")).toBe("ams");
  });

  it("says which database capture meant, to read and to write", async () => {
    const { sources, homes } = world("ams", "nord");
    const home = {
      ...{ tenantId: TENANT, source: "nord", sourceIdentity: "7301/ams" },
    };
    await sources.inTenant(home, async () => 1);
    await sources.write(home, async () => 1);
    expect(homes).toEqual([home, home]);
  });

  it("takes the only one for a tenant that nobody has announced, and no other for one that lives elsewhere", async () => {
    const { ask } = world("ams");
    expect(await ask()).toBe("ams");
    await expect(ask("nord")).rejects.toMatchObject({
      passing: false,
      message: expect.stringMatching(
        /"nord", which this connector does not know.*AMS_DATABASES_FILE/,
      ),
    });
  });

  it("waits for the announcement where there are several", async () => {
    const { ask } = world("ams", "nord");
    await expect(ask()).rejects.toMatchObject({
      passing: true,
      message: expect.stringMatching(
        /None of the ams databases.*change-capture/,
      ),
    });
  });

  it("is ready while one answers", async () => {
    const { sources, down, checked } = world("ams", "nord");
    await sources.check();
    down.add("ams");
    await sources.check();
    await sources.check();
    expect(checked).toEqual(["ams", "ams", "nord", "nord"]);
    down.add("nord");
    await expect(sources.check()).rejects.toThrow("nord is down");
  });
});
