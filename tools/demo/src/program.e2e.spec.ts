import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKOUT } from "@ams-sync/stack";
import { radicaleAvailable } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Figures } from "./figures.js";

/** The demo as a person starts it, from the build. */
describe.skipIf(!radicaleAvailable())("npm run demo", () => {
  let temp: string;
  beforeAll(async () => {
    temp = await mkdtemp(join(tmpdir(), "ams-sync-program-"));
  });
  afterAll(() => rm(temp, { recursive: true, force: true }));

  const start = (...args: string[]) => {
    const child = spawn(
      process.execPath,
      [join(CHECKOUT, "tools/demo/dist/main.js"), ...args],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: temp },
      },
    );
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => (said.out += String(chunk)));
    child.stderr.on("data", (chunk) => (said.err += String(chunk)));
    return { child, said };
  };
  const exitCode = async (child: ChildProcess): Promise<unknown> =>
    (await once(child, "close"))[0];

  test("--once --json: everything exactly once, one JSON object, exit code 0, nothing left", async () => {
    const { child, said } = start("--once", "--json");
    expect([await exitCode(child), said.err]).toEqual([0, expect.anything()]);
    const figures = JSON.parse(said.out) as Figures;
    expect(figures).toMatchObject({
      ok: true,
      customersInAms: 500,
      appointmentsInAms: 300,
    });
    expect(figures.users).toHaveLength(3);
    for (const { contacts, appointments } of figures.users)
      for (const { seen, expected, missing, surplus } of [
        contacts,
        appointments,
      ])
        expect({ seen, missing, surplus }).toEqual({
          seen: expected,
          missing: 0,
          surplus: 0,
        });
    expect(figures.firstSync.records).toBeGreaterThan(1_000);
    const { customerInAmsAfterMs, appointmentInAmsAfterMs } = figures.wayBack;
    expect(customerInAmsAfterMs).toBeLessThan(15_000);
    expect(appointmentInAmsAfterMs).toBeLessThan(15_000);
    expect(said.err).toContain("in ams ");
    expect(await readdir(temp)).toEqual([]);
  });

  test("broken off in the middle it ends at once and leaves nothing", async () => {
    const { child, said } = start();
    child.stdout?.on("data", () => {
      if (said.out.includes("Making a brokerage")) child.kill("SIGINT");
    });
    expect(await exitCode(child)).toBe(1);
    expect(said.err).toContain("Broken off.");
    expect(await readdir(temp)).toEqual([]);
  });
});
