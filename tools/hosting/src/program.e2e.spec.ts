import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { AccountHealth } from "@ams-sync/contracts";
import { openOffice, type Office } from "@ams-sync/proof";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { rowsByTable, MARKS } from "./testing/brokerage.js";
import { runTool } from "./testing/run-tool.js";

const PASSWORD = "Zauber-äöü-4711";

let data: string;
let next: string;
let office: Office;
let superuser: Client;
let env: Record<string, string>;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ams-sync-hosting-"));
  next = join(data, "next.key");
  const made = await runTool("keys", ["master", next], {});
  expect(made.code).toBe(0);
  expect(made.said).not.toContain(await readFile(next, "utf8"));
  office = await openOffice({
    stack: {
      data: join(data, "stack"),
      serviceEnv: (name, told) =>
        name === "settings" ? { ...told, MASTER_KEY_NEXT_FILE: next } : told,
    },
    brokerage: {
      seed: 12,
      ...{ users: 1, agents: 1, companies: 0 },
      ...{ customers: 20, appointments: 10 },
    },
  });
  env = parseEnv(
    await readFile(join(office.stack.folders.secrets, "hosting.env"), "utf8"),
  ) as Record<string, string>;
  superuser = new Client(office.stack.adminUrl);
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await office?.stop();
  await rm(data, { recursive: true, force: true });
});

const healthOf = async () => {
  const { accounts } = await office.accounts.listAccounts({
    tenantId: office.tenantId,
  });
  return accounts[0]?.health;
};

it("a running stack: rotated, exported, shredded, erased", async () => {
  const { tenantId } = office;
  // Nothing listens there: what is stored is what counts here.
  await office.connect(0, {
    ...{ url: "http://127.0.0.1:1/", username: "jürgen", password: PASSWORD },
  });
  const rotated = await runTool("keys", ["rotate", "--data"], {
    ...env,
    MASTER_KEY_NEXT_FILE: next,
  });
  expect(rotated.said).toContain("all 1 stored logins were opened");
  expect(rotated.code).toBe(0);

  const file = join(data, "tenant.jsonl");
  const exported = await runTool(
    "tenant",
    ["export", tenantId, "--to", file],
    env,
  );
  expect(exported.said).toContain("no passwords");
  expect(exported.code).toBe(0);
  const text = await readFile(file, "utf8");
  expect(text).toContain(`"username":"jürgen"`);
  expect(text).not.toContain(PASSWORD);
  expect(
    (await runTool("tenant", ["export", tenantId, "--to", file], env)).said,
  ).toContain("is there already");
  expect(await readdir(data)).not.toContain("tenant.jsonl.part");

  expect((await runTool("keys", ["shred", tenantId], env)).code).toBe(2);
  const shredded = await runTool("keys", ["shred", tenantId, "--yes"], env);
  expect(shredded.said).toContain("its 1 logins are destroyed");
  await expect
    .poll(healthOf, { timeout: 60_000 })
    .toBe(AccountHealth.NEEDS_LOGIN);

  expect((await runTool("tenant", ["erase", tenantId], env)).code).toBe(2);
  const erased = await runTool("tenant", ["erase", tenantId, "--yes"], env);
  expect(erased.said).toContain("every table with tenants was counted");
  expect(erased.code).toBe(0);
  // What still changes in ams is dropped.
  await office.ams.query("update ams.customer set city = 'Bonn'");
  const settled = await office.ams.query("select pg_current_wal_lsn() as lsn");
  await expect
    .poll(
      async () => {
        const { rows } = await office.ams.query(
          "select bool_or(confirmed_flush_lsn >= $1) as seen from pg_replication_slots",
          [settled.rows[0].lsn],
        );
        return rows[0].seen;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
  const counts = await rowsByTable(superuser, tenantId);
  const left = Object.entries(counts).filter(([, count]) => count > 0);
  expect(left.map(([name]) => name).toSorted()).toEqual(
    expect.arrayContaining(MARKS),
  );
  expect(left.filter(([name]) => !name.startsWith("ams."))).toHaveLength(2);
  for (const { said } of [rotated, exported, shredded, erased]) {
    expect(said).not.toContain(PASSWORD);
    expect(said).not.toContain(await readFile(next, "utf8"));
  }
});
