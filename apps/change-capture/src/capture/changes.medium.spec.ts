import { System } from "@ams-sync/contracts";
import { migrateAms } from "@ams-sync/ams";
import { startPostgres, waitFor, type Postgres } from "@ams-sync/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { World } from "../testing/world.js";

let server: Postgres;
let world: World;

beforeAll(async () => {
  server = await startPostgres({
    settings: { max_replication_slots: 40, max_wal_senders: 40 },
  });
  world = new World({ server, migrate: migrateAms, waitFor }, "wandel");
});
afterAll(() => server.stop());
afterEach(() => world.tidy());

describe("a change", () => {
  it("arrives as what it means", async () => {
    await world.fresh();
    const [a, b] = await world.ams.addCustomers(2);
    await world.ams.sql(
      "insert into ams.tag (tenant_id, tag_id, label) values ($1, 3, 'Geburtstagsgruß')",
      [world.ams.tenantId],
    );
    world.feed.accounts = [
      {
        account: { tenantId: world.ams.tenantId, accountId: "konto" },
        system: System.CLOUD,
      },
    ];
    const capture = world.start();
    await world.phase(capture, "streaming");
    const touched = async (text: string, values: unknown[] = []) => {
      await world.caughtUp();
      const [from, concerns] = [
        world.feed.appends.length,
        world.feed.concerns.length,
      ];
      await world.ams.sql(text, values);
      await world.caughtUp();
      return {
        changes: world.feed.appends
          .slice(from)
          .flatMap(({ changes }) => changes)
          .map(
            ({ kind, recordId, deleted }) =>
              `${deleted ? "-" : "+"}${kind.replace("RECORD_KIND_", "")} ${recordId}`,
          ),
        concerns: world.feed.concerns
          .slice(concerns)
          .map(({ userId }) => userId),
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
        [world.ams.tenantId, b],
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
    expect(world.feed.row("CUSTOMER", 77)?.deleted).toBe(true);
    expect(await touched("delete from ams.tag where tag_id = 3")).toEqual({
      changes: [`+CUSTOMER ${b}`],
      concerns: [],
    });

    expect(
      await touched(
        "insert into ams.user_right (tenant_id, user_id, right_code) values ($1, 1, 'department-appointments')",
        [world.ams.tenantId],
      ),
    ).toEqual({ changes: [], concerns: ["1"] });
    const [agent] = await world.ams.sql(
      "insert into ams.agent (tenant_id, name) values ($1, 'Jäger') returning agent_id",
      [world.ams.tenantId],
    );
    expect(
      await touched(
        "insert into ams.agent_release (tenant_id, user_id, agent_id) values ($1, 1, $2)",
        [world.ams.tenantId, agent?.["agent_id"]],
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
    expect(capture.woken.at(-1)).toEqual(world.feed.accounts[0]);
  });

  it("is brought by a tag to every customer that carries it, page by page", async () => {
    await world.fresh();
    await world.ams.addCustomers(2_500);
    await world.ams.sql(
      "insert into ams.tag (tenant_id, tag_id, label) values ($1, 3, 'Maßnahme')",
      [world.ams.tenantId],
    );
    await world.ams.sql(
      "insert into ams.customer_tag select tenant_id, customer_id, 3 from ams.customer",
    );
    await world.phase(world.start({ tuning: { batchRows: 400 } }), "streaming");
    await world.caughtUp();
    const from = world.feed.appends.length;
    await world.ams.sql("update ams.tag set label = 'Maßnahmen'");
    await world.caughtUp();
    const sent = world.feed.appends.slice(from);
    expect(
      new Set(sent.flatMap(({ changes }) => changes.map((one) => one.recordId)))
        .size,
    ).toBe(2_500);
    for (const { changes } of sent)
      expect(changes.length).toBeLessThanOrEqual(400);
  });

  it("of a long transaction goes out in parts that end with its position", async () => {
    await world.fresh();
    await world.phase(world.start(), "streaming");
    await world.caughtUp();
    const from = world.feed.appends.length;
    await world.ams.addCustomers(20_000);
    await world.caughtUp();
    const sent = world.feed.appends
      .slice(from)
      .filter(({ changes }) => changes.length > 0);
    expect(sent.map(({ changes }) => changes.length)).toEqual(
      Array.from({ length: 5 }, () => 4_000),
    );
    expect(sent.slice(0, -1).every(({ lsn }) => lsn === 0n)).toBe(true);
    expect(world.feed.live("CUSTOMER")).toHaveLength(20_000);
  });

  it("of many short transactions goes out in few batches", async () => {
    await world.fresh();
    await world.phase(world.start(), "streaming");
    await world.caughtUp();
    const from = world.feed.appends.length;
    world.feed.slowness = 10;
    await world.ams.sql(
      `do $$ begin for i in 1..3000 loop
         insert into ams.customer (tenant_id, kind) values ('${world.ams.tenantId}', 'private'); commit;
       end loop; end $$`,
    );
    await world.caughtUp();
    const sent = world.feed.appends.slice(from);
    expect(sent.flatMap(({ changes }) => changes)).toHaveLength(3_000);
    expect(sent.length).toBeLessThan(300);
  });
});
