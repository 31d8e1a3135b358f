import { setTimeout } from "node:timers/promises";
import { startDavSink } from "@ams-sync/testing";
import type { Bench, BenchContext } from "../bench.js";
import {
  atMost,
  compared,
  measured,
  quantile,
  type Result,
} from "../result.js";
import { BareDav } from "../sync/bare-dav.js";
import { openContacts, type ContactsOffice } from "../sync/contacts-office.js";
import { radicale } from "../sync/contest-server.js";
import { ItemFiles } from "./latency/item-files.js";
import { Load } from "./latency/load.js";
import { share } from "./latency/share.js";

const CONTACTS = 1_000;
const CHANGES = 100;
const LOAD_PER_SECOND = 100;
const MOST_OF_BARE = 4;
const MOST_IDLE_MS = 500;
const PATIENCE_MS = 30_000;

/**
 * The user who is measured has 1,000 contacts on Radicale. The load is on as many other customers of the same
 * brokerage, which this user does not see and a colleague does, on a server that takes all of them: Radicale itself
 * would be full with a third of it. So every change of the load goes the whole way, and the measured account is woken
 * by each and finds nothing of its own in it.
 *
 * Both clocks start before the commit is sent, and both ways are watched alike: once the server has stored the item it is
 * read until it shows what was committed. The bare way knows item and text: it commits to a table that nobody captures,
 * and sends one unconditional PUT.
 */
export const latency: Bench = {
  name: "latency",
  title: "a commit in ams until it shows on the server",
  needs: [{ program: "radicale", debianPackage: "radicale" }],
  run: async (context) => {
    const world = await open(context);
    const idle: Series[] = [];
    const loaded: Series[] = [];
    for (let pair = 0; pair < context.pairs; pair += 1) {
      idle.push(await series(world, "idle", context));
      const load = await Load.start(
        world.office,
        world.others,
        LOAD_PER_SECOND,
      );
      try {
        // Until it has spread through all services.
        await setTimeout(3_000, undefined, { signal: context.signal });
        loaded.push(await series(world, "loaded", context));
      } finally {
        context.say(`Load: ${await load.stop()} changes/s were committed.`);
      }
      await settled(world.office, context);
    }
    return [
      ...results("idle", idle),
      measured({
        metric: "idle, p95",
        unit: "ms",
        values: idle.map(({ ours }) => quantile(ours, 0.95)),
        target: atMost(MOST_IDLE_MS),
      }),
      ...results(`${LOAD_PER_SECOND} changes/s`, loaded),
    ];
  },
};

/** Milliseconds, one change each. */
interface Series {
  readonly ours: number[];
  readonly bare: number[];
}

interface World {
  readonly office: ContactsOffice;
  readonly dav: BareDav;
  readonly files: ItemFiles;
  /** Of the measured user: customer and address of its item. */
  readonly items: readonly {
    readonly customerId: string;
    readonly url: string;
  }[];
  /** Customers whom the measured user does not see. */
  readonly others: readonly string[];
}

async function open(context: BenchContext): Promise<World> {
  const { say, undo } = context;
  const server = await radicale(context, 1);
  const sink = await startDavSink({ keepItems: true });
  undo(() => sink.stop());
  const office = await openContacts(context, {
    contacts: 2 * CONTACTS,
    users: 2,
    agents: 2,
  });
  const { others } = await share(office);
  const login = server.nextLogin();
  say(`Synchronising two users with ${CONTACTS} contacts each …`);
  const accountId = await office.save(0, login);
  const colleague = await office.save(1, {
    url: sink.url,
    username: "kollege",
    password: "geheim",
  });
  await office.synchronised(colleague);
  await office.synchronised(accountId);
  const { rows } = await office.own.query<{ id: string; item: string }>(
    `select record_id as id, item_id as item from state.link where account_id = $1 order by record_id`,
    [accountId],
  );
  if (rows.length !== CONTACTS)
    throw new Error(`${rows.length} of ${CONTACTS} contacts arrived.`);
  const dav = new BareDav(login);
  undo(() => dav.close());
  const files = new ItemFiles(server.folder);
  undo(() => files.close());
  return {
    office,
    dav,
    files,
    others,
    items: rows.map(({ id, item }) => ({
      customerId: id,
      url: new URL(item, login.url).href,
    })),
  };
}

let changed = 0;

/** Ours and the bare way in turn, change by change, on items of their own in the same collection. */
async function series(
  world: World,
  name: "idle" | "loaded",
  context: BenchContext,
): Promise<Series> {
  const { office, items } = world;
  const measuredNow: Series = { ours: [], bare: [] };
  for (let at = 0; at < CHANGES; at += 1) {
    context.signal.throwIfAborted();
    changed += 1;
    const text = `+49 170 77${String(changed).padStart(5, "0")}`;
    measuredNow.ours.push(await oursOnce(world, at, text));
    // Idle is who was not at work a moment ago; under load nothing comes to rest.
    if (name === "idle") await settled(office, context);
    await setTimeout(100 + 100 * Math.random());
    measuredNow.bare.push(await bareOnce(world, items.length - 1 - at, text));
    await setTimeout(20);
  }
  const figure = (values: readonly number[]) =>
    `${quantile(values, 0.5).toFixed(0)}/${quantile(values, 0.95).toFixed(0)} ms`;
  context.say(
    `${name}, p50/p95: ${figure(measuredNow.ours)}, bare ${figure(measuredNow.bare)}`,
  );
  return measuredNow;
}

async function oursOnce(
  world: World,
  at: number,
  number: string,
): Promise<number> {
  const { office, items } = world;
  const item = items[at];
  if (!item) throw new Error("There are too few contacts.");
  const visible = shown(world, item.url, number);
  await office.ams.query(
    "update ams.customer set mobile = $3 where tenant_id = $1 and customer_id = $2",
    [office.tenantId, item.customerId, number],
  );
  return visible;
}

async function bareOnce(
  world: World,
  at: number,
  number: string,
): Promise<number> {
  const { office, items, dav } = world;
  const item = items[at];
  if (!item) throw new Error("There are too few contacts.");
  const { text } = await dav.send("GET", item.url);
  const next = text.replace(
    /(^NOTE:.*\r?\n)?END:VCARD/m,
    `NOTE:${number}\r\nEND:VCARD`,
  );
  const visible = shown(world, item.url, number);
  await office.ams.query(
    "update ams.department set name = $2 where tenant_id = $1 and department_id = 1",
    [office.tenantId, number],
  );
  await dav.put(item.url, next);
  return visible;
}

/** From now until the item shows the number, ms. */
async function shown(
  { dav, files }: World,
  url: string,
  number: string,
): Promise<number> {
  const since = performance.now();
  const patience = setTimeout(PATIENCE_MS, undefined, { ref: false });
  await Promise.race([files.next(url), patience]);
  while (performance.now() - since < PATIENCE_MS) {
    const { text } = await dav.send("GET", url);
    if (text.includes(number)) return performance.now() - since;
    await setTimeout(3);
  }
  throw new Error(`A change did not show within ${PATIENCE_MS} ms.`);
}

/** Until no run is under way and none is due. */
async function settled(
  { own }: ContactsOffice,
  { signal }: BenchContext,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await own.query<{ open: boolean }>(
      `select exists (select from state.account where run_id is not null)
         or exists (select from state.schedule where due_at <= now()) as open`,
    );
    if (rows[0]?.open === false) return;
    await setTimeout(10);
  }
}

function results(when: string, all: readonly Series[]): readonly Result[] {
  const of = (part: number, target?: ReturnType<typeof atMost>) =>
    compared({
      metric: `${when}, p${part * 100}`,
      unit: "ms",
      ours: all.map(({ ours }) => quantile(ours, part)),
      yardstick: "commit and bare PUT",
      theirs: all.map(({ bare }) => quantile(bare, part)),
      ...(target && { target }),
    });
  return [of(0.5), of(0.95, atMost(MOST_OF_BARE))];
}
