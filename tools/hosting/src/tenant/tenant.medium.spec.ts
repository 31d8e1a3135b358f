import { randomUUID } from "node:crypto";
import { withTenant } from "@ams-sync/platform";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, type Database } from "../database.js";
import {
  brokerage,
  MARKS,
  rowsByTable,
  type Brokerage,
} from "../testing/brokerage.js";
import { hosted, type Hosted } from "../testing/hosted.js";
import { erase, readmit, type Erasure } from "./erase.js";
import { exportTenant, type Databases, type Export } from "./export.js";

let host: Hosted;
let superuser: Database;
let databases: Databases;
let ours: Brokerage;
let theirs: Brokerage;

beforeAll(async () => {
  host = await hosted();
  ({ superuser } = host);
  databases = {
    settings: await host.open("tenants"),
    state: await host.open("tenants"),
  };
});
afterAll(() => host?.stop());
beforeEach(async () => {
  ours = await brokerage(superuser);
  theirs = await brokerage(superuser);
});

const exporting = async (tenantId: string, how: Partial<Export> = {}) => {
  const lines: string[] = [];
  const result = await exportTenant({
    ...{ databases, tenantId, at: new Date(0), onProgress: () => undefined },
    write: async (line) => void lines.push(line),
    signal: new AbortController().signal,
    ...how,
  });
  return { result, text: lines.join("\n"), lines };
};
const erasing = (tenantId: string, how: Partial<Erasure> = {}) =>
  erase({
    ...{ databases, tenantId, say: () => undefined },
    onProgress: () => undefined,
    forgetJobs: async () => 2,
    sleep: async () => undefined,
    signal: new AbortController().signal,
    ...how,
  });
const without = (counts: Record<string, number>, names: readonly string[]) =>
  Object.entries(counts).filter(([name]) => !names.includes(name));

describe("every table with a tenant, of every service", () => {
  it("has a row of the brokerage, or what follows would prove nothing", async () => {
    for (const [name, count] of without(
      await rowsByTable(superuser, ours.tenantId),
      MARKS,
    ))
      expect([name, count > 0]).toEqual([name, true]);
  });

  it("is exported, and no other tenant's row is", async () => {
    const counts = await rowsByTable(superuser, ours.tenantId);
    const { result, lines, text } = await exporting(ours.tenantId);
    const rows = Object.values(counts).reduce((a, b) => a + b);
    expect(result).toEqual({ ok: true, rows });
    const [first, ...rest] = lines.map((line) => JSON.parse(line));
    expect(first.manifest).toMatchObject({ tenantId: ours.tenantId, rows });
    expect(
      Object.fromEntries(
        first.manifest.tables.map((t: { name: string; rows: number }) => [
          t.name,
          t.rows,
        ]),
      ),
    ).toEqual(counts);
    expect(rest.pop()).toEqual({ end: { rows } });
    const exported: Record<string, number> = {};
    for (const { table } of rest) exported[table] = (exported[table] ?? 0) + 1;
    expect(exported).toEqual(Object.fromEntries(without(counts, MARKS)));
    expect(text).not.toContain(theirs.tenantId);
    expect(text).toContain("Köln");
    // A number that JavaScript could not hold.
    expect(text).toContain("9007199254740993");
  });

  it("is erased, and no other tenant's is", async () => {
    const others = await rowsByTable(superuser, theirs.tenantId);
    const before = await rowsByTable(superuser, ours.tenantId);
    const rows = Object.values(before).reduce((a, b) => a + b);
    expect(await erasing(ours.tenantId)).toEqual({ ok: true, rows, jobs: 2 });
    const after = await rowsByTable(superuser, ours.tenantId);
    expect(without(after, MARKS).filter(([, count]) => count > 0)).toEqual([]);
    expect(MARKS.map((name) => after[name])).toEqual([1, 1]);
    expect(await rowsByTable(superuser, theirs.tenantId)).toEqual(others);
  });

  it.each(["state", "settings"])(
    "that a later release adds to %s is not forgotten",
    async (schema) => {
      const name = `${schema}.brandneu`;
      await superuser.query(`
        create table ${name} (tenant_id uuid primary key);
        insert into ${name} values ('${ours.tenantId}')`);
      try {
        // Without its grants the login says so, and nothing is done by half.
        await expect(exporting(ours.tenantId)).rejects.toThrow(name);
        await expect(erasing(ours.tenantId)).rejects.toThrow(name);
        expect((await rowsByTable(superuser, ours.tenantId))[MARKS[0]!]).toBe(
          0,
        );
        await superuser.query(
          `grant select, delete on ${name} to ams_sync_tenants`,
        );
        const { text } = await exporting(ours.tenantId);
        expect(text).toContain(`{"table":"${name}"`);
        expect(await erasing(ours.tenantId)).toMatchObject({ ok: true });
        expect((await rowsByTable(superuser, ours.tenantId))[name]).toBe(0);
      } finally {
        await superuser.query(`drop table ${name}`);
      }
    },
  );
});

describe("an export", () => {
  it("holds nothing that is sealed, as the login may not read it", async () => {
    const { text, lines } = await exporting(ours.tenantId);
    expect(text).not.toContain("geheim");
    const { tables } = JSON.parse(lines[0]!).manifest;
    expect(tables).toContainEqual({
      ...{ name: "settings.credential", rows: 1, leftOut: ["sealed"] },
    });
    for (const sql of [
      "select sealed from settings.credential",
      "select wrapped from settings.tenant_key",
    ])
      await expect(databases.settings.query(sql)).rejects.toThrow(
        /permission denied/,
      );
  });

  it("is one moment's, whatever changes meanwhile", async () => {
    const big = await brokerage(superuser, { links: 2_000 });
    let links = 0;
    const { result } = await exporting(big.tenantId, {
      write: async (line) => {
        if (line.startsWith('{"manifest"'))
          await superuser.query(
            `delete from state.link where tenant_id = '${big.tenantId}'`,
          );
        if (line.startsWith('{"table":"state.link"')) links += 1;
      },
    });
    expect(result.ok).toBe(true);
    expect(links).toBe(2_000);
  });

  it("of nobody says so", async () => {
    const { result, lines } = await exporting(randomUUID());
    expect(result).toMatchObject({ ok: false, kind: "nothing-there" });
    expect(lines).toEqual([]);
  });
});

describe("an erasure", () => {
  it("of nobody says so and marks nothing", async () => {
    const tenantId = randomUUID();
    expect(await erasing(tenantId)).toMatchObject({ kind: "nothing-there" });
    const counts = await rowsByTable(superuser, tenantId);
    expect(MARKS.map((name) => counts[name])).toEqual([0, 0]);
  });

  it("goes on where it was killed, at each step", async () => {
    for (let step = 0; step < 20; step += 1) {
      const one = await brokerage(superuser);
      let steps = 0;
      const killed = erasing(one.tenantId, {
        onProgress: () => {
          steps += 1;
          if (steps > step) throw new Error("killed");
        },
      });
      await expect(killed).rejects.toThrow("killed");
      expect(await erasing(one.tenantId)).toMatchObject({ ok: true });
    }
    expect(await erasing(ours.tenantId)).toMatchObject({ ok: true });
    expect(await erasing(ours.tenantId)).toMatchObject({ ok: true, rows: 0 });
  });

  it("takes the account from its run, waits as long as that may go on unasked, and nothing is taken any more", async () => {
    await superuser.query(
      `update state.account set run_id = $1, lease_until = now() + interval '40 seconds' where account_id = $2`,
      [ours.runId, ours.accountId],
    );
    const waits: number[] = [];
    await erasing(ours.tenantId, {
      sleep: async (ms) => void waits.push(ms),
    });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(30_000);
    const state = await host.service("state");
    const settings = await host.service("settings");
    await expect(
      withTenant(state, ours.tenantId, (manager) =>
        manager.query(
          `insert into state.account (tenant_id, account_id, user_id, system, settings_version, credential_version)
           values ($1, $2, 7, 'cloud', 1, 1)`,
          [ours.tenantId, ours.accountId],
        ),
      ),
    ).rejects.toThrow(/row-level security/);
    await expect(
      withTenant(settings, ours.tenantId, (manager) =>
        manager.query(
          `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, version)
           values ($1, $2, 7, 'cloud', 'https://dav.example/', 'j', 'ams-wins', 1)`,
          [ours.tenantId, ours.accountId],
        ),
      ),
    ).rejects.toThrow(/row-level security/);
  });

  it("waits for who was writing when the mark was set", async () => {
    const writer = await openDatabase(host.url("settings"));
    try {
      await writer.query("begin");
      await writer.query(
        `select set_config('app.tenant_id', '${ours.tenantId}', true)`,
      );
      await writer.query(
        `insert into settings.account (tenant_id, account_id, user_id, system, server_url, username, policy, version)
         values ($1, $2, 8, 'cloud', 'https://dav.example/', 'j', 'ams-wins', 1)`,
        [ours.tenantId, randomUUID()],
      );
      const erasure = erasing(ours.tenantId);
      await expect
        .poll(async () => {
          const { rows } = await superuser.query(
            "select 1 from pg_locks where not granted",
          );
          return rows.length;
        })
        .toBe(1);
      await writer.query("commit");
      expect(await erasure).toMatchObject({ ok: true });
    } finally {
      await writer.end();
    }
    const counts = await rowsByTable(superuser, ours.tenantId);
    expect(counts["settings.account"]).toBe(0);
  });

  it("is not done while a table still has rows", async () => {
    const late = async (): Promise<void> => {
      await superuser.query(
        `insert into state.parted_item (tenant_id, account_id, stream, item_id) values ($1, $1, 'contacts', 'x')`,
        [ours.tenantId],
      );
    };
    const result = await erasing(ours.tenantId, {
      forgetJobs: async () => {
        await late();
        return 0;
      },
    });
    expect(result).toMatchObject({ ok: false, kind: "left-over" });
    expect(result.ok || result.message).toContain("state.parted_item has 1");
  });

  it("is taken back for a tenant that returns", async () => {
    await erasing(ours.tenantId);
    expect(await readmit(databases, ours.tenantId)).toBe(true);
    expect(await readmit(databases, ours.tenantId)).toBe(false);
    const counts = await rowsByTable(superuser, ours.tenantId);
    expect(MARKS.map((name) => counts[name])).toEqual([0, 0]);
  });
});

describe("the role", () => {
  it("sees one tenant's rows, and none without a tenant", async () => {
    for (const name of Object.keys(
      await rowsByTable(superuser, ours.tenantId),
    )) {
      const sql = `select tenant_id from ${name}`;
      expect((await databases.state.query(sql)).rows).toEqual([]);
    }
    await expect(
      databases.state.query("select * from state.source"),
    ).rejects.toThrow(/permission denied/);
  });
});
