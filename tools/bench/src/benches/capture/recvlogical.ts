import { spawn } from "node:child_process";
import type { Client } from "pg";
import { timeFromStreaming } from "./slot-watch.js";

const SLOT = "bench_recvlogical";

export const makeSlot = (admin: Client): Promise<unknown> =>
  admin.query("select pg_create_logical_replication_slot($1, 'pgoutput')", [
    SLOT,
  ]);

/** PostgreSQL's own receiver reads the publication up to `end` and throws it away. @returns milliseconds */
export async function receive(
  url: string,
  admin: Client,
  end: string,
): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const child = spawn(
    "pg_recvlogical",
    [
      ...["--host", hostname, "--port", port],
      ...["--username", decodeURIComponent(username), "--no-password"],
      ...["--dbname", decodeURIComponent(pathname.slice(1))],
      ...["--slot", SLOT, "--start", "--endpos", end, "--file", "/dev/null"],
      ...["--option", "proto_version=1"],
      ...["--option", "publication_names=ams_sync"],
    ],
    {
      env: { ...process.env, PGPASSWORD: decodeURIComponent(password) },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  let over: { code: number | null } | undefined;
  child.once("error", (error) => {
    said += error.message;
    over = { code: -1 };
  });
  child.once("close", (code) => (over = { code }));
  try {
    return await timeFromStreaming({
      admin,
      slot: SLOT,
      done: () => {
        if (over !== undefined && over.code !== 0)
          throw new Error(`pg_recvlogical ended with ${over.code}: ${said}`);
        return over !== undefined;
      },
    });
  } finally {
    if (over === undefined) child.kill("SIGKILL");
  }
}
