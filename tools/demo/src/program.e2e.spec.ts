import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CHECKOUT } from "@ams-sync/stack";
import {
  freePort,
  radicaleAvailable,
  startRadicale,
  waitFor,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Figures } from "./figures.js";

/** The demo as a person starts it, from the build. */
describe.skipIf(!radicaleAvailable())("npm run demo", () => {
  let temp: string;
  beforeAll(async () => {
    temp = await mkdtemp(join(tmpdir(), "ams-sync-program-"));
  });
  afterAll(() => rm(temp, { recursive: true, force: true }));

  const start = (...args: string[]) => startWith({}, ...args);
  const startWith = (env: Record<string, string>, ...args: string[]) => {
    const child = spawn(
      process.execPath,
      [join(CHECKOUT, "tools/demo/dist/main.js"), ...args],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, TMPDIR: temp, ...env },
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
    expect(figures.outlook.contacts.expected).toBeGreaterThan(100);
    expect(figures.outlook.appointments.expected).toBe(75);
    for (const { contacts, appointments } of [
      ...figures.users,
      figures.outlook,
    ])
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
    expect(figures.outlook.customerVisibleAfterMs).toBeLessThan(15_000);
    expect(figures.outlook.appointmentInAmsAfterMs).toBeLessThan(15_000);
    expect(said.err).toContain("in ams ");
    expect(said.err).toContain("on a SIMULATOR of Microsoft Graph");
    expect(await readdir(temp)).toEqual([]);
  });

  test("what it says can be tried is true, word by word", async () => {
    const { child, said } = start("--customers", "60");
    const ended = exitCode(child);
    /** The printed lines under the heading: commands, and SQL that psql would send. */
    const under = (heading: string) => {
      const [, rest = ""] = said.out.split(`\n${heading}`);
      const lines = rest.split("\n").slice(1);
      const end = lines.findIndex((line) => !line.startsWith("  "));
      return lines.slice(0, end).map((line) => line.trim());
    };
    const psql = async (line = ""): Promise<string> => {
      const [, connectionString = "", sql = ""] =
        /^psql '([^']+)' -c "(.+)"$/.exec(line) ?? [];
      const client = new Client({ connectionString });
      await client.connect();
      try {
        return JSON.stringify((await client.query(sql)).rows);
      } finally {
        await client.end();
      }
    };
    const shell = async (line = ""): Promise<string> =>
      // Unfolded: a line of a card goes on after a line break and a blank.
      (await promisify(execFile)("bash", ["-c", line])).stdout.replaceAll(
        /\r?\n[ \t]/g,
        "",
      );
    const comes = (ask: () => Promise<string>, what: string) =>
      waitFor(async () => (await ask()).includes(what), {
        what,
        timeoutMs: 60_000,
      });
    try {
      await waitFor(() => said.out.includes("Ctrl-C stops it."), {
        what: "the demo's last line",
        timeoutMs: 500_000,
      });
      const [update, read] = under("Change something in ams");
      await psql(update);
      await comes(() => shell(read), "Görlitz");
      const [change, mobile] = under("Change a card there");
      expect(await psql(mobile)).toContain("+49 171 5550188");
      await shell(change);
      await comes(() => psql(mobile), "+49 171 5550199");
      const [remove, reason, lost] = under("Delete an event there");
      expect(await psql(lost)).toBe("[]");
      await shell(remove);
      await comes(() => psql(lost), '"lost":"noticed"');
      expect(await psql(reason)).toContain("Verlegt nach Görlitz");
      const [look] = under("Look into the Outlook mailbox");
      expect(await shell(look)).toContain("Verlegt nach Bautzen");
      const [move, moved] = under("Change that appointment there");
      await shell(move);
      await comes(() => psql(moved), "Verlegt nach Zittau");
    } finally {
      child.kill("SIGINT");
    }
    expect(await ended).toBe(0);
    expect(await readdir(temp)).toEqual([]);
  }, 600_000);

  test("a server that does not answer and a wrong password are told before anything starts", async () => {
    const file = join(temp, "password");
    await writeFile(file, "falsch");
    const radicale = await startRadicale({
      users: [{ name: "jörg", password: "richtig" }],
    });
    try {
      for (const [url, told] of [
        [
          `http://127.0.0.1:${await freePort()}/`,
          "cannot be reached (ECONNREFUSED). Check the address",
        ],
        [radicale.url, "does not accept the user name jörg"],
      ] as const) {
        const { child, said } = start(
          ...["--cloud-url", url, "--cloud-user", "jörg"],
          ...["--cloud-password-file", file],
        );
        expect(await exitCode(child)).toBe(1);
        expect(said.err).toContain(told);
        expect(said.out).toBe("");
      }
    } finally {
      await radicale.stop();
      await rm(file);
    }
    expect(await readdir(temp)).toEqual([]);
  });

  test("what goes wrong leaves its logs, and nothing else", async () => {
    const { child, said } = startWith({ LEASE_MS: "bald" }, "--once");
    expect(await exitCode(child)).toBe(1);
    expect(said.err).toContain("LEASE_MS");
    const [, logs = ""] = /The logs are kept: (.*)$/m.exec(said.err) ?? [];
    expect(await readdir(dirname(logs))).toEqual(["logs"]);
    expect(await readdir(logs)).toContain("state.log");
    await rm(dirname(logs), { recursive: true });
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
