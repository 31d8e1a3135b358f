import { radicaleAvailable, waitFor } from "@ams-sync/testing";
import type { Service } from "@ams-sync/stack";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foundTown, type Brokerage, type Town } from "./brokerages.js";
import { commitSteadily } from "./steady-commits.js";

/** What the README of change-capture promises, and what a machine that is busy with other things may add. */
const BUSY_MS = 10_000;
const AFTER_KILL_MS = 4_000 + BUSY_MS;
const AFTER_SILENCE_MS = 24_000 + BUSY_MS;

/** Two captures of one ams database, in the middle of a stream of commits. */
describe.skipIf(!radicaleAvailable())("standby takeover of capture", () => {
  let town: Town;
  let brokerage: Brokerage;

  beforeAll(async () => {
    town = await foundTown({ replicas: { "change-capture": 2 } });
    const [only] = Object.values(town.brokerages);
    if (!only) throw new Error("no brokerage");
    brokerage = only;
  });
  afterAll(async () => {
    await town?.stop();
    expect(town?.deaths).toEqual([]);
  });

  const phaseOf = async ({ url }: Service): Promise<string> => {
    const answer = await fetch(`${url}/health/capture`, {
      signal: AbortSignal.timeout(2_000),
    }).catch(() => undefined);
    const report: unknown = await answer?.json();
    return typeof report === "object" && report !== null && "phase" in report
      ? String(report.phase)
      : "none";
  };

  const until = async (
    service: Service,
    phase: string,
    timeoutMs: number,
  ): Promise<number> => {
    const since = performance.now();
    await waitFor(async () => (await phaseOf(service)) === phase, {
      what: `capture ${service.index + 1} to be ${phase}`,
      timeoutMs,
      everyMs: 50,
    });
    return Math.round(performance.now() - since);
  };

  /** Who captures now, and who stands by. */
  const parts = async (): Promise<[leader: Service, standby: Service]> => {
    const captures = town.stack.instances("change-capture");
    const phases = await Promise.all(captures.map(phaseOf));
    const leader = captures[phases.indexOf("streaming")];
    const standby = captures[phases.indexOf("standby")];
    if (!leader || !standby) throw new Error(`phases: ${phases.join(", ")}`);
    return [leader, standby];
  };

  const query = async (url: string, sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, string>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  /** Every record has one row with a position of its own; what is not in ams is a tombstone, and nothing else is. */
  const feedIsSound = async (): Promise<void> => {
    const feed = await query(
      town.stack.adminUrl,
      `select record_id::text as id, position::text, deleted::text from state.feed where kind = 'customer'`,
    );
    const ams = await query(
      town.stack.amsAdminUrl,
      "select customer_id::text as id from ams.customer order by customer_id",
    );
    const all = (name: string) => feed.map((row) => row[name] ?? "");
    expect(new Set(all("position")).size).toBe(feed.length);
    expect(new Set(all("id")).size).toBe(feed.length);
    const live = feed.filter((row) => row["deleted"] === "false");
    const numbers = live.map((row) => Number(row["id"])).sort((a, b) => a - b);
    expect(numbers).toEqual(ams.map((row) => Number(row["id"])));
    // Nothing had to be read anew, and no position was given that the source does not know.
    const [source] = await query(
      town.stack.adminUrl,
      "select epoch, status, position from state.source",
    );
    expect(source).toMatchObject({ epoch: "1", status: "streaming" });
    const highest = Math.max(...all("position").map(Number));
    expect(highest).toBeLessThanOrEqual(Number(source?.["position"]));
  };

  /** Takes the leader away while commits go on; gives the milliseconds until the other one streamed. */
  const takeOver = async (
    strike: (leader: Service) => Promise<void> | void,
    withinMs: number,
  ): Promise<number> => {
    const [leader, standby] = await parts();
    const commits = commitSteadily(town.stack.amsAdminUrl, brokerage.tenantId);
    try {
      await commits.reach(40);
      await strike(leader);
      const took = await until(standby, "streaming", withinMs);
      await commits.reach(commits.count + 40);
      return took;
    } finally {
      await commits.stop();
    }
  };

  test("a killed leader is followed, again and again; nothing is lost or doubled", async () => {
    const took: number[] = [];
    for (let time = 0; time < 2; time += 1) {
      const [leader] = await parts();
      took.push(await takeOver((each) => each.kill9(), AFTER_KILL_MS));
      await brokerage.exact();
      await feedIsSound();
      expect(await phaseOf(leader)).toBe("none");
      await leader.restart();
      await until(leader, "standby", BUSY_MS);
    }
    console.log(
      `capture's leader killed: taken over after ${took.join(", ")} ms`,
    );
  });

  test("a leader that stands still is followed, and does no harm when it goes on", async () => {
    const [leader] = await parts();
    const took = await takeOver((each) => each.pause(), AFTER_SILENCE_MS);
    console.log(`capture's leader stopped: taken over after ${took} ms`);
    await brokerage.exact();
    await feedIsSound();
    // It believes that it leads, and has read commits that the other one has stored since.
    const commits = commitSteadily(town.stack.amsAdminUrl, brokerage.tenantId);
    await commits.reach(20);
    leader.resume();
    await until(leader, "standby", 10_000 + BUSY_MS);
    await commits.reach(commits.count + 20);
    await commits.stop();
    await brokerage.exact();
    await feedIsSound();
    // And it is as good a standby as any.
    await takeOver((each) => each.kill9(), AFTER_KILL_MS);
    await brokerage.office.quiet();
    await brokerage.exact();
    await feedIsSound();
    expect(await phaseOf(leader)).toBe("streaming");
  });
});
