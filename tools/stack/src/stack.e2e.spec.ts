import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AccountRef,
  RunServiceDefinition,
  SettingsServiceDefinition,
} from "@ams-sync/contracts";
import { grpcClient } from "@ams-sync/platform";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SERVICE_NAMES } from "./service-names.js";
import type { StackOptions } from "./stack-options.js";
import { startStack, type Stack } from "./stack.js";

let data: string;
let stack: Stack;
const deaths: string[] = [];
const start = (options: StackOptions = {}): Promise<Stack> =>
  startStack({
    data,
    postgresSettings: { fsync: "off" },
    onDeath: (text) => deaths.push(text),
    ...options,
  });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ams-sync-stack-"));
  stack = await start();
});
afterAll(async () => {
  await stack?.stop();
  await rm(data, { recursive: true });
});

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("startStack", () => {
  it("has every service ready, with metrics", async () => {
    expect(stack.services.map(({ name }) => name)).toEqual(SERVICE_NAMES);
    expect(() => stack.service("outlook-connector")).toThrow(
      "This stack was started without outlook-connector.",
    );
    for (const name of SERVICE_NAMES) {
      const ready = await fetch(`${stack.urls[name]}/health/ready`);
      expect([name, ready.status]).toEqual([name, 200]);
      const metrics = await fetch(`${stack.urls[name]}/metrics`);
      expect(await metrics.text()).toContain("# TYPE");
    }
  });

  it("gives services logins that may not pass row-level security", async () => {
    const logins = await rows(
      stack.amsAdminUrl,
      "select distinct usename from pg_stat_activity where usename like 'ams_sync_%' order by 1",
    );
    expect(logins).toContainEqual({ usename: "ams_sync_capture_login" });
    expect(
      await rows(
        stack.amsAdminUrl,
        "select rolname from pg_roles where rolname like 'ams_sync_%' and (rolsuper or rolbypassrls)",
      ),
    ).toEqual([]);
    const owned = (url: string) =>
      rows(
        url,
        "select relname from pg_class join pg_roles on relowner = pg_roles.oid where rolname like 'ams_sync_%'",
      );
    expect(await owned(stack.amsAdminUrl)).toEqual([]);
    expect(await owned(stack.adminUrl)).toEqual([]);
  });

  it("lets the console ask settings, and nothing that it may not", async () => {
    const settings = grpcClient(SettingsServiceDefinition, {
      address: stack.grpc.settings,
      audience: "settings",
      keys: stack.keys,
    });
    const runs = grpcClient(RunServiceDefinition, {
      address: stack.grpc.state,
      audience: "state",
      keys: stack.keys,
    });
    const tenantId = "7b0e8a3e-1d64-4f6e-9f0a-5d1f3c1b2a90";
    try {
      expect(await settings.listAccounts({ tenantId })).toEqual({
        accounts: [],
      });
      await expect(
        runs.beginRun({
          account: AccountRef.fromPartial({ tenantId, accountId: tenantId }),
        }),
      ).rejects.toThrow(/PERMISSION_DENIED/);
    } finally {
      settings.close();
      runs.close();
    }
  });

  it("refuses a second one in the same folder", async () => {
    await expect(start()).rejects.toThrow("A stack is running here already");
    expect(stack.services.every((service) => service.running())).toBe(true);
  });

  it("has a service again after a crash", async () => {
    const connector = stack.service("cloud-connector");
    const before = connector.pid;
    await connector.kill9();
    await connector.restart();
    expect(connector.pid).not.toBe(before);
    expect(deaths).toEqual([]);
  });

  it("keeps keys for this user only", async () => {
    const { mode } = await stat(join(stack.folders.secrets, "master.key"));
    expect(mode & 0o777).toBe(0o600);
  });

  it("stops everything, and starts again on the same data", async () => {
    await rows(
      stack.amsAdminUrl,
      "insert into ams.tenant (tenant_id, name) values ('7b0e8a3e-1d64-4f6e-9f0a-5d1f3c1b2a90', 'Maklerbüro Süß')",
    );
    const pids = stack.services.map(({ pid }) => pid);
    const { postgres } = stack;
    await stack.stop();
    expect([...pids, postgres?.pid ?? 0].filter(alive)).toEqual([]);
    stack = await start();
    expect(
      await rows(stack.amsAdminUrl, "select name from ams.tenant"),
    ).toEqual([{ name: "Maklerbüro Süß" }]);
    expect(deaths).toEqual([]);
  });

  it("does not take a stranger's answer for a service's own", async () => {
    await stack.stop();
    const stranger = createServer((_request, response) => {
      response.end("{}");
    });
    try {
      await expect(
        start({
          serviceEnv: async (name, told) => {
            if (name !== "state") return told;
            stranger.listen(Number(told["HTTP_PORT"]), "127.0.0.1");
            await once(stranger, "listening");
            return told;
          },
        }),
      ).rejects.toThrow(
        /state (ended unexpectedly|did not start)[^]*EADDRINUSE/,
      );
    } finally {
      stranger.close();
    }
    expect(deaths).toEqual([]);
  });

  it("shows what all services say of wrong variables, and stops the rest", async () => {
    await stack.stop();
    const started: string[] = [];
    await expect(
      start({
        env: { ...process.env, SLICE_SIZE: "viele", LEASE_MS: "bald" },
        say: (line) => started.push(line),
      }),
    ).rejects.toThrow(
      /Set these environment variables right.*LEASE_MS[^]*Others would not start either:\ncloud-connector: Set these.*SLICE_SIZE/,
    );
    expect(started).not.toContain("Starting settings …");
    expect(started).toContain("Starting state …");
  });
});
