import { SourceStatus, System } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parseLsn } from "../lsn.js";
import { ReplicationStream } from "../stream/replication-stream.js";
import {
  amsFixture,
  connected,
  type AmsFixture,
} from "../testing/ams-fixture.js";
import { RecordingFeed } from "../testing/recording-feed.js";
import {
  startCapture,
  type RunningCapture,
} from "../testing/running-capture.js";

let server: Postgres;
let ams: AmsFixture;
let feed: RecordingFeed;
const captures: RunningCapture[] = [];
let databases = 0;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 40, max_wal_senders: 40 },
  });
});
afterAll(() => server.stop());
afterEach(async () => {
  await Promise.all(captures.splice(0).map((one) => one.stop()));
  await ams.close();
});

async function fresh(): Promise<void> {
  databases += 1;
  ams = await amsFixture(server, migrateAms, `ams${databases}`);
  feed = new RecordingFeed();
}

function start(options: Partial<Parameters<typeof startCapture>[0]> = {}) {
  const capture = startCapture({
    ...{ url: ams.captureUrl, source: ams.source, feed },
    ...options,
  });
  captures.push(capture);
  return capture;
}

const phase = (capture: RunningCapture, wanted: string) =>
  waitFor(() => capture.status.report.phase === wanted, {
    what: `phase ${wanted}, it is ${JSON.stringify(capture.status.report)}`,
  });

/** Everything that ams has committed until now is in the feed. */
const caughtUp = async () => {
  const [row] = await ams.sql("select pg_current_wal_lsn()::text as lsn");
  const end = parseLsn(String(row?.["lsn"]));
  await waitFor(() => (feed.source?.lastLsn ?? 0n) >= end, {
    what: "the feed to reach ams",
  });
};
const customers = async () =>
  (await ams.sql("select customer_id::text as id from ams.customer")).map(
    (row) => String(row["id"]),
  );
const confirmed = async (): Promise<bigint> => {
  const [row] = await ams.sql(
    "select confirmed_flush_lsn::text as lsn from pg_replication_slots where slot_name = $1",
    [ams.slot],
  );
  return row === undefined ? 0n : parseLsn(String(row["lsn"]));
};

describe("the first reading", () => {
  it("loses and doubles nothing while ams goes on writing", async () => {
    await fresh();
    await ams.addCustomers(6_000);
    let writing = true;
    const writer = await connected(ams.adminUrl);
    const writes = (async () => {
      for (let i = 0; writing; i += 1) {
        await writer.query(
          "insert into ams.customer (tenant_id, kind, last_name) values ($1, 'private', 'Süß')",
          [ams.tenantId],
        );
        await writer.query(
          "delete from ams.customer where customer_id = (select min(customer_id) from ams.customer)",
        );
        if (i % 2 === 0)
          await writer.query(
            "update ams.customer set customer_id = customer_id + 1000000 where customer_id = (select min(customer_id) from ams.customer where customer_id > 100)",
          );
      }
    })();
    // Slow enough that much is written between the snapshot and its end.
    feed.slowness = 30;
    const capture = start({ tuning: { batchRows: 500 } });
    await phase(capture, "streaming");
    feed.slowness = 0;
    writing = false;
    await writes;
    await writer.end();
    await caughtUp();
    expect(feed.live("CUSTOMER").sort()).toEqual((await customers()).sort());
    expect(feed.source).toMatchObject({
      epoch: 1n,
      status: SourceStatus.STREAMING,
    });
    const streamed = feed.appends.filter(({ lsn }) => lsn !== 0n);
    expect(streamed.length).toBeGreaterThan(0);
  });

  it("starts over under a new epoch after an end in its midst", async () => {
    await fresh();
    await ams.addCustomers(3_000);
    feed.slowness = 20;
    const first = start({ tuning: { batchRows: 100 } });
    await waitFor(() => feed.appends.length > 5, { what: "a few chunks" });
    await first.stop();
    expect(feed.source?.status).toBe(SourceStatus.SNAPSHOT);
    feed.slowness = 0;
    // Was read by the first one already, and is gone for the second.
    await ams.sql("delete from ams.customer where customer_id <= 5");
    await phase(start(), "streaming");
    await caughtUp();
    expect(feed.source?.epoch).toBe(2n);
    expect(feed.live("CUSTOMER")).toHaveLength(2_995);
    expect(feed.row("CUSTOMER", 3)?.deleted).toBe(true);
  });

  it("reads all four kinds", async () => {
    await fresh();
    const [customer] = await ams.addCustomers(1);
    await ams.sql(
      "insert into ams.company (tenant_id, name) values ($1, 'Gothær')",
      [ams.tenantId],
    );
    await ams.sql(
      "insert into ams.agent (tenant_id, name) values ($1, 'Jäger')",
      [ams.tenantId],
    );
    await ams.sql(
      "insert into ams.appointment (tenant_id, user_id, customer_id) values ($1, 1, $2)",
      [ams.tenantId, customer],
    );
    await phase(start(), "streaming");
    for (const kind of ["CUSTOMER", "COMPANY", "AGENT", "APPOINTMENT"])
      expect(feed.live(kind), kind).toHaveLength(1);
    const time = feed.row("CUSTOMER", customer ?? "")?.committedAt?.getTime();
    expect(Math.abs(Date.now() - (time ?? 0))).toBeLessThan(60_000);
  });
});

describe("a change", () => {
  it("arrives as what it means", async () => {
    await fresh();
    const [a, b] = await ams.addCustomers(2);
    await ams.sql(
      "insert into ams.tag (tenant_id, tag_id, label) values ($1, 3, 'Geburtstagsgruß')",
      [ams.tenantId],
    );
    feed.accounts = [
      {
        account: { tenantId: ams.tenantId, accountId: "konto" },
        system: System.CLOUD,
      },
    ];
    const capture = start();
    await phase(capture, "streaming");
    const touched = async (text: string, values: unknown[] = []) => {
      await caughtUp();
      const [from, concerns] = [feed.appends.length, feed.concerns.length];
      await ams.sql(text, values);
      await caughtUp();
      return {
        changes: feed.appends
          .slice(from)
          .flatMap(({ changes }) => changes)
          .map(
            ({ kind, recordId, deleted }) =>
              `${deleted ? "-" : "+"}${kind.replace("RECORD_KIND_", "")} ${recordId}`,
          ),
        concerns: feed.concerns.slice(concerns).map(({ userId }) => userId),
      };
    };

    expect(
      await touched(
        "update ams.customer set city = 'Köln' where customer_id = $1",
        [a],
      ),
    ).toEqual({ changes: [`+CUSTOMER ${a}`], concerns: [] });
    expect(
      await touched(
        "update ams.customer set customer_id = 77 where customer_id = $1",
        [a],
      ),
    ).toEqual({
      changes: [`-CUSTOMER ${a}`, "+CUSTOMER 77"],
      concerns: [],
    });
    expect(
      await touched(
        "insert into ams.customer_tag (tenant_id, customer_id, tag_id) values ($1, 77, 3), ($1, $2, 3)",
        [ams.tenantId, b],
      ),
    ).toEqual({ changes: ["+CUSTOMER 77", `+CUSTOMER ${b}`], concerns: [] });
    expect(
      await touched("update ams.tag set label = 'Grüße' where tag_id = 3"),
    ).toEqual({
      changes: [`+CUSTOMER ${b}`, "+CUSTOMER 77"].sort(
        (x, y) => Number(x.slice(10)) - Number(y.slice(10)),
      ),
      concerns: [],
    });
    // The tags of a deleted customer go after it, in the same transaction.
    expect(
      await touched("delete from ams.customer where customer_id = 77"),
    ).toEqual({ changes: ["-CUSTOMER 77"], concerns: [] });
    expect(feed.row("CUSTOMER", 77)?.deleted).toBe(true);
    expect(await touched("delete from ams.tag where tag_id = 3")).toEqual({
      changes: [`+CUSTOMER ${b}`],
      concerns: [],
    });

    expect(
      await touched(
        "insert into ams.user_right (tenant_id, user_id, right_code) values ($1, 1, 'department-appointments')",
        [ams.tenantId],
      ),
    ).toEqual({ changes: [], concerns: ["1"] });
    const [agent] = await ams.sql(
      "insert into ams.agent (tenant_id, name) values ($1, 'Jäger') returning agent_id",
      [ams.tenantId],
    );
    expect(
      await touched(
        "insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, 1, $2)",
        [ams.tenantId, agent?.["agent_id"]],
      ),
    ).toEqual({ changes: [], concerns: ["1"] });
    expect(await touched("delete from ams.agent_release")).toEqual({
      changes: [],
      concerns: ["1"],
    });
    expect(
      await touched("update ams.tenant set time_zone = 'Europe/Vienna'"),
    ).toEqual({ changes: [], concerns: [""] });
    expect(
      await touched("update ams.user_account set login = 'möller'"),
    ).toEqual({ changes: [], concerns: ["1"] });
    const woken = capture.woken.length;
    expect(woken).toBeGreaterThan(0);
    expect(await touched("delete from ams.user_right")).toMatchObject({
      concerns: ["1"],
    });
    await waitFor(() => capture.woken.length > woken, { what: "a wake-up" });
    expect(capture.woken.at(-1)).toEqual(feed.accounts[0]);
  });

  it("is brought by a tag to every customer that carries it, page by page", async () => {
    await fresh();
    await ams.addCustomers(2_500);
    await ams.sql(
      "insert into ams.tag (tenant_id, tag_id, label) values ($1, 3, 'Maßnahme')",
      [ams.tenantId],
    );
    await ams.sql(
      "insert into ams.customer_tag select tenant_id, customer_id, 3 from ams.customer",
    );
    await phase(start({ tuning: { batchRows: 400 } }), "streaming");
    await caughtUp();
    const from = feed.appends.length;
    await ams.sql("update ams.tag set label = 'Maßnahmen'");
    await caughtUp();
    const sent = feed.appends.slice(from);
    expect(
      new Set(sent.flatMap(({ changes }) => changes.map((one) => one.recordId)))
        .size,
    ).toBe(2_500);
    for (const { changes } of sent)
      expect(changes.length).toBeLessThanOrEqual(400);
  });

  it("of a long transaction goes out in parts that end with its position", async () => {
    await fresh();
    await phase(start(), "streaming");
    await caughtUp();
    const from = feed.appends.length;
    await ams.addCustomers(20_000);
    await caughtUp();
    const sent = feed.appends
      .slice(from)
      .filter(({ changes }) => changes.length > 0);
    expect(sent.map(({ changes }) => changes.length)).toEqual(
      Array.from({ length: 20 }, () => 1_000),
    );
    expect(sent.slice(0, -1).every(({ lsn }) => lsn === 0n)).toBe(true);
    expect(feed.live("CUSTOMER")).toHaveLength(20_000);
  });

  it("of many short transactions goes out in few batches", async () => {
    await fresh();
    await phase(start(), "streaming");
    await caughtUp();
    const from = feed.appends.length;
    feed.slowness = 10;
    await ams.sql(
      `do $$ begin for i in 1..3000 loop
         insert into ams.customer (tenant_id, kind) values ('${ams.tenantId}', 'private'); commit;
       end loop; end $$`,
    );
    await caughtUp();
    const sent = feed.appends.slice(from);
    expect(sent.flatMap(({ changes }) => changes)).toHaveLength(3_000);
    expect(sent.length).toBeLessThan(300);
  });
});

describe("what is confirmed to ams", () => {
  it("moves with keepalives while nobody changes what is captured", async () => {
    await fresh();
    await phase(start(), "streaming");
    await caughtUp();
    const before = await confirmed();
    await ams.sql("create table noise as select generate_series(1, 5000) as n");
    const [row] = await ams.sql("select pg_current_wal_lsn()::text as lsn");
    const end = parseLsn(String(row?.["lsn"]));
    expect(end).toBeGreaterThan(before);
    await waitFor(async () => (await confirmed()) >= end, {
      what: "the slot to follow an idle ams",
    });
    expect(feed.source?.lastLsn).toBeGreaterThanOrEqual(await confirmed());
  });

  it("is nothing while state is away, and nothing is lost then", async () => {
    await fresh();
    const capture = start();
    await phase(capture, "streaming");
    await caughtUp();
    feed.fault = () => "before";
    const before = await confirmed();
    await ams.addCustomers(5_000);
    await waitFor(() => capture.problems().length > 0, { what: "the trouble" });
    expect(capture.problems()[0]).toMatch(/state does not answer/);
    expect(capture.status.ready).toBe(false);
    expect(await confirmed()).toBe(before);
    expect(feed.live("CUSTOMER")).toHaveLength(0);
    feed.fault = () => undefined;
    await caughtUp();
    expect(feed.live("CUSTOMER")).toHaveLength(5_000);
    expect(capture.status.ready).toBe(true);
  });

  it("survives an end between storing and confirming", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    await caughtUp();
    const before = await confirmed();
    // Stored, but the answer never comes: nothing is confirmed.
    feed.fault = (method) => (method === "appendChanges" ? "after" : undefined);
    await ams.addCustomers(7);
    await waitFor(() => feed.live("CUSTOMER").length === 7, { what: "rows" });
    await first.stop();
    expect(await confirmed()).toBe(before);
    feed.fault = () => undefined;
    const stored = feed.appends.length;
    await phase(start(), "streaming");
    await ams.addCustomers(1);
    await caughtUp();
    expect(
      feed.appends.slice(stored).flatMap(({ changes }) => changes),
    ).toHaveLength(1);
    expect(feed.live("CUSTOMER")).toHaveLength(8);
    expect(feed.source?.epoch).toBe(1n);
  });

  it("is no byte more than was stored: a commit that stands right behind is sent again", async () => {
    await fresh();
    const one = await connected(ams.adminUrl);
    const two = await connected(ams.adminUrl);
    const insert = (client: typeof one) =>
      client.query(
        "insert into ams.customer (tenant_id, kind) values ($1, 'private')",
        [ams.tenantId],
      );
    for (let round = 1; round <= 5; round += 1) {
      const capture = start();
      await phase(capture, "streaming");
      await caughtUp();
      // The first append is stored; everything after it is refused until the restart.
      let appends = 0;
      feed.fault = (method) =>
        method === "appendChanges" && (appends += 1) > 1 ? "before" : undefined;
      for (const client of [one, two]) {
        await client.query("begin");
        await insert(client);
      }
      await Promise.all([one.query("commit"), two.query("commit")]);
      await waitFor(() => feed.live("CUSTOMER").length > 2 * (round - 1), {
        what: "the first commit",
      });
      await capture.stop();
      feed.fault = () => undefined;
      const again = start();
      await phase(again, "streaming");
      await waitFor(() => feed.live("CUSTOMER").length === 2 * round, {
        what: "the second commit",
        timeoutMs: 5_000,
      });
      await again.stop();
    }
    // A byte too much is noticed at the next start, but only a full reading mends it.
    expect(feed.source?.epoch).toBe(1n);
    await Promise.all([one.end(), two.end()]);
  });
});

describe("others", () => {
  it("another writer of the source is followed, not fought", async () => {
    await fresh();
    const capture = start();
    await phase(capture, "streaming");
    await caughtUp();
    const source = feed.source;
    if (source === undefined) throw new Error("no source");
    // As if another replica had stored a commit that we are about to send.
    const [row] = await ams.sql("select pg_current_wal_lsn()::text as lsn");
    feed.source = { ...source, lastLsn: parseLsn(String(row?.["lsn"])) };
    await ams.addCustomers(3);
    await caughtUp();
    expect(feed.live("CUSTOMER")).toHaveLength(3);
    expect(feed.source.epoch).toBe(1n);
  });

  it("a second replica stands by, is ready, and takes over", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    const second = start();
    await phase(second, "standby");
    expect(second.status.ready).toBe(true);
    await first.stop();
    await phase(second, "streaming");
    await ams.addCustomers(1);
    await caughtUp();
    expect(feed.live("CUSTOMER")).toHaveLength(1);
    expect(feed.source?.epoch).toBe(1n);
  });

  it("a replica stands by too while a stranger reads the slot", async () => {
    await fresh();
    const first = start();
    await phase(first, "streaming");
    await first.stop();
    const stranger = await ReplicationStream.open({
      client: { connectionString: ams.adminUrl },
      slot: ams.slot,
      from: feed.source?.lastLsn ?? 0n,
      signal: new AbortController().signal,
    });
    const capture = start();
    await phase(capture, "standby");
    expect(feed.source?.epoch).toBe(1n);
    await stranger.close();
    await phase(capture, "streaming");
  });

  it("the ams server may restart; its stop does not wait for us", async () => {
    await fresh();
    const capture = start();
    await phase(capture, "streaming");
    await ams.addCustomers(2);
    await ams.close();
    const begin = performance.now();
    await server.restart();
    expect(performance.now() - begin).toBeLessThan(8_000);
    const admin = await connected(ams.adminUrl);
    await admin.query(
      "insert into ams.customer (tenant_id, kind) values ($1, 'private')",
      [ams.tenantId],
    );
    await waitFor(() => feed.live("CUSTOMER").length === 3, {
      what: "capture to come back",
    });
    await admin.end();
    expect(feed.source?.epoch).toBe(1n);
  });
});
