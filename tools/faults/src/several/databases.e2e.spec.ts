import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  radicaleAvailable,
  startPostgres,
  waitFor,
  type Postgres,
} from "@ams-sync/testing";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foundTown, type Brokerage, type Town } from "./brokerages.js";
import { standStill } from "./stand-still.js";

/**
 * "ams" and "sued" are two databases of one server, which holds ams-sync's own, too; "nord" is one of another server.
 * A single connector serves all, with one place to run accounts in: whoever kept it would hold up the others.
 */
describe.skipIf(!radicaleAvailable())("several ams databases", () => {
  let north: Postgres;
  let town: Town;

  beforeAll(async () => {
    north = await startPostgres();
    town = await foundTown({
      amsDatabases: {
        ams: undefined,
        sued: undefined,
        nord: north.url("nord"),
      },
      env: { WORKER_CONCURRENCY: "1" },
    });
  });
  afterAll(async () => {
    await town?.stop();
    await north?.stop();
    expect(town?.deaths).toEqual([]);
  });

  const of = (source: string): Brokerage => {
    const brokerage = town.brokerages[source];
    if (!brokerage) throw new Error(`no brokerage in ${source}`);
    return brokerage;
  };
  const all = () => Object.values(town.brokerages);
  const move = (brokerage: Brokerage, city: string) =>
    brokerage.commit(
      "update ams.customer set city = $2 where tenant_id = $1 and customer_id in (1, 2, 3)",
      [brokerage.tenantId, city],
    );
  const sources = () => all().map(({ source }) => source);

  const rows = async (url: string, sql: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  test("have a slot, a capture and a connector's login each", async () => {
    const slots = "select slot_name from pg_replication_slots order by 1";
    const namesOn = async (url: string) =>
      (await rows(url, slots)).map((row) => row["slot_name"]);
    expect(await namesOn(town.stack.adminUrl)).toEqual([
      "ams_sync_ams",
      "ams_sync_sued",
    ]);
    expect(await namesOn(north.adminUrl)).toEqual(["ams_sync_nord"]);
    const captures = town.stack.instances("change-capture");
    expect(captures.map(({ source }) => source)).toEqual(sources());
    for (const { url } of town.stack.services)
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  test("hold the same ids, which do not mix: a change of one is nobody else's", async () => {
    const ids = "select customer_id from ams.customer order by 1";
    const [first, ...others] = await Promise.all(
      Object.values(town.stack.amsAdminUrls).map((url) => rows(url, ids)),
    );
    expect(first?.length).toBe(25);
    for (const other of others) expect(other).toEqual(first);
    for (const [index, brokerage] of all().entries()) {
      await move(brokerage, `Görlitz ${index}`);
      await brokerage.exact();
    }
    for (const brokerage of all()) {
      await brokerage.office.quiet();
      await brokerage.exact();
    }
  });

  test("one that is down holds up no other, says so, and comes back", async () => {
    await move(of("nord"), "Flensburg");
    await north.kill9();
    // Something to do there, of which nobody knows whether it got out.
    await move(of("ams"), "Köln");
    await move(of("sued"), "Füssen");
    const waited = [await of("ams").exact(20_000), await of("sued").exact()];
    await waitFor(async () => (await of("nord").message()) !== "", {
      what: "the account in nord to say what is wrong",
      timeoutMs: 30_000,
    });
    const [connector] = town.stack.instances("cloud-connector");
    expect((await fetch(`${connector?.url}/health/ready`)).status).toBe(200);
    await north.restart();
    await move(of("nord"), "Sylt");
    const back = await of("nord").exact();
    console.log(
      `one ams database killed: changes of the others took ${waited.join(" and ")} ms; its own ${back} ms after it was back`,
    );
    await of("nord").office.quiet();
    expect(await of("nord").message()).toBe("");
  });

  test("one that stands still in the middle of a reading holds up no other for long", async () => {
    // Held by a lock: the run reads until the server stands still.
    const keeper = new Client({ connectionString: north.url("nord") });
    keeper.on("error", () => undefined);
    await keeper.connect();
    const { commit } = of("nord");
    await move(of("nord"), "Husum");
    await keeper.query("begin");
    await keeper.query("lock table ams.user_account in access exclusive mode");
    const goOn = await standStill(north.pid);
    try {
      await move(of("ams"), "Düren");
      const waited = await of("ams").exact(60_000);
      console.log(
        `one ams database stands still: a change of another took ${waited} ms`,
      );
      await waitFor(
        async () => /"nord" does not answer/.test(await of("nord").message()),
        { what: "the account in nord to say what is wrong", timeoutMs: 60_000 },
      );
      await move(of("ams"), "Jülich");
      expect(await of("ams").exact(10_000)).toBeLessThan(10_000);
    } finally {
      goOn();
    }
    await keeper.query("rollback");
    await keeper.end();
    await commit(
      "delete from ams.customer where tenant_id = $1 and customer_id = 3",
      [of("nord").tenantId],
    );
    await of("nord").exact();
  });

  test("one that the connector does not know: the account says what to do, and nothing is lost", async () => {
    const file = join(town.stack.folders.secrets, "ams-databases.json");
    const text = await readFile(file, "utf8");
    const { sued: _, ...others } = JSON.parse(text) as Record<string, string>;
    const connector = town.stack.service("cloud-connector");
    await connector.stop();
    await writeFile(file, JSON.stringify(others));
    await connector.restart();
    await move(of("sued"), "Lindau");
    await waitFor(
      async () =>
        /"sued", which this connector does not know.*AMS_DATABASES_FILE/.test(
          await of("sued").message(),
        ),
      { what: "the account to say so", timeoutMs: 30_000 },
    );
    await move(of("ams"), "Aachen");
    await of("ams").exact();
    await connector.stop();
    await writeFile(file, text);
    await connector.restart();
    await of("sued").exact();
    for (const brokerage of all()) {
      await brokerage.office.quiet();
      await brokerage.exact();
      expect(await brokerage.message()).toBe("");
    }
  });

  test("two whose names the connector has swapped: neither is read for the other's brokerage", async () => {
    const file = join(town.stack.folders.secrets, "ams-databases.json");
    const text = await readFile(file, "utf8");
    const urls = JSON.parse(text) as Record<string, string>;
    const connector = town.stack.service("cloud-connector");
    await connector.stop();
    const swapped = { ...urls, ams: urls["sued"], sued: urls["ams"] };
    await writeFile(file, JSON.stringify(swapped));
    await connector.restart();
    for (const [name, city] of [
      ["ams", "Trier"],
      ["sued", "Passau"],
    ] as const) {
      await move(of(name), city);
      const wrong = new RegExp(
        `"${name}" is \\d+/\\S+, but change-capture knows "${name}" as \\d+/.*AMS_DATABASES_FILE`,
      );
      await waitFor(async () => wrong.test(await of(name).message()), {
        what: `the account in ${name} to say so`,
        timeoutMs: 30_000,
      });
    }
    await move(of("nord"), "Kiel");
    await of("nord").exact();
    await connector.stop();
    await writeFile(file, text);
    await connector.restart();
    for (const brokerage of all()) {
      await brokerage.exact();
      await brokerage.office.quiet();
      expect(await brokerage.message()).toBe("");
    }
  });
});
