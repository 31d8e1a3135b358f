import { setTimeout as delay } from "node:timers/promises";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AmsSession } from "./session.js";

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const open = (everyMs: number) =>
  AmsSession.open(
    { url: server.adminUrl, source: "ams" },
    { everyMs, silentMostMs: 2_000 },
  );

describe("the session that holds the lock", () => {
  it("keeps it while it gives signs of life", async () => {
    const first = await open(100);
    const second = await open(100);
    expect(await first.tryLock()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect(first.lost.aborted).toBe(false);
    expect(await second.tryLock()).toBe(false);
    await first.close();
    await waitFor(() => second.tryLock(), { what: "the lock" });
    await second.close();
  });

  it("loses it when it gives none, though its connection stands, and hears of it", async () => {
    const silent = await open(600_000);
    const next = await open(100);
    expect(await silent.tryLock()).toBe(true);
    await waitFor(() => next.tryLock(), {
      what: "the lock",
      timeoutMs: 15_000,
    });
    await waitFor(() => silent.lost.aborted, { what: "the loss to be told" });
    expect(silent.lost.reason).toMatchObject({ kind: "ams-unreachable" });
    await silent.close();
    await next.close();
  });

  it("may take long over a single question", async () => {
    const session = await open(100);
    await session.client.query("select pg_sleep(3)");
    expect(session.lost.aborted).toBe(false);
    await session.close();
  });

  it("goes on giving signs after one that was refused while the connection stood", async () => {
    const session = await open(100);
    // In a transaction that failed every question is refused.
    await session.client.query("begin");
    await expect(session.client.query("select 1/0")).rejects.toThrow("zero");
    await delay(500);
    await session.client.query("rollback");
    await delay(4_000);
    expect(session.lost.aborted).toBe(false);
    await session.close();
  });

  it("frees the slot with the lock: the sender's patience is no longer than the session's", async () => {
    const session = await AmsSession.open({
      url: server.adminUrl,
      source: "ams",
    });
    const { rows } = await session.client.query(
      "select name, setting from pg_settings where name in ('wal_sender_timeout', 'idle_session_timeout', 'idle_in_transaction_session_timeout') order by name",
    );
    expect(rows.map(({ setting }) => setting)).toEqual([
      "20000",
      "20000",
      "20000",
    ]);
    await session.close();
  });
});
