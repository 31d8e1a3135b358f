import { join } from "node:path";
import { startStack } from "@ams-sync/stack";
import { startPostgres } from "@ams-sync/testing";
import type { Client } from "pg";
import type { Bench, BenchContext } from "../bench.js";
import {
  atLeast,
  atMost,
  compared,
  measured,
  median,
  type Result,
} from "../result.js";
import { Brokerage, type Committed } from "./capture/brokerage.js";
import { connect, tidy } from "./capture/database.js";
import { makeSlot, receive } from "./capture/recvlogical.js";
import { capture, peaks, position, type Captured } from "./capture/service.js";
import { FEED, makeFeed, upsert } from "./capture/upserts.js";

const ROWS = 100_000;
/** All three have stored or read so many before they are measured. */
const WARM_UP = { rows: 50_000, size: 1_000 };
const SIZES = [1, 1_000, ROWS];
const MEMORY_SIZES = [10_000, ROWS, 300_000];
const MOST_MB = 250;
const LEAST_RATIO = 0.8;

interface Run {
  readonly size: number;
  readonly ours: Captured;
  /** Rows per second. */
  readonly oursRate: number;
  readonly receiverRate: number;
  readonly upsertRate: number;
}

interface World {
  readonly stack: Awaited<ReturnType<typeof startStack>>;
  readonly brokerage: Brokerage;
  /** Superusers' connections to ams-sync's own database and to ams. */
  readonly own: Client;
  readonly ams: Client;
  /** A connection of state's own login. */
  readonly writer: Client;
}

export const captureBench: Bench = {
  name: "capture",
  title: "100,000 changed rows from ams's WAL into the feed",
  needs: [{ program: "pg_recvlogical", debianPackage: "postgresql-client-15" }],
  async run(context) {
    const world = await open(context);
    const runs: Run[] = [];
    for (let pair = 0; pair < context.pairs; pair += 1)
      for (const size of SIZES) runs.push(await measure(world, size, context));
    const memory: (readonly [number, Captured["peakMb"]])[] = [];
    for (const rows of MEMORY_SIZES) {
      await world.brokerage.change(rows, rows);
      await tidy(world.own, "state.feed");
      memory.push([rows, await peaks(world, rows)]);
    }
    return [
      ...SIZES.flatMap((size) => ratesOf(size, runs)),
      ...peaksOf(memory),
    ];
  },
};

async function open({ data, undo, say, signal }: BenchContext): Promise<World> {
  let stateUrl = "";
  // A server of its own, as a hoster has it: ams's WAL then holds nothing of what state writes.
  const amsServer = await startPostgres({
    settings: { fsync: "on", full_page_writes: "on", shared_buffers: "128MB" },
  });
  undo(() => amsServer.stop());
  const stack = await startStack({
    data: join(data, "stack"),
    amsDatabaseUrl: amsServer.url("ams"),
    say,
    signal,
    serviceEnv: (name, env) => {
      if (name === "state") stateUrl = env["DATABASE_URL"] ?? "";
      return env;
    },
  });
  undo(() => stack.stop());
  for (const name of ["cloud-connector", "settings"] as const)
    await stack.service(name).stop();
  const connected = async (url: string): Promise<Client> => {
    const client = await connect(url);
    undo(() => client.end());
    return client;
  };
  const own = await connected(stack.adminUrl);
  const ams = await connected(stack.amsAdminUrl);
  const writer = await connected(stateUrl);
  say(`Making ${ROWS} customers …`);
  const begin = await position(own);
  const brokerage = await Brokerage.open(stack.amsAdminUrl, ROWS);
  undo(() => brokerage.close());
  while ((await position(own)) < begin + BigInt(ROWS)) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stack.service("change-capture").stop();
  await makeFeed(own);
  await makeSlot(ams);
  return { stack, brokerage, own, ams, writer };
}

/** One after the other upon the same WAL. */
async function measure(
  world: World,
  size: number,
  { say }: BenchContext,
): Promise<Run> {
  const { brokerage, stack, own, ams } = world;
  const warmUp = await brokerage.change(WARM_UP.rows, WARM_UP.size);
  let committed = warmUp;
  const change = async (): Promise<void> => {
    committed = await brokerage.change(ROWS, size);
    await tidy(own, "state.feed");
  };
  const ours = await capture(world, WARM_UP.rows, change, ROWS);
  await receive(stack.amsAdminUrl, ams, warmUp.end);
  await tidy(own, "state.feed");
  const received = await receive(stack.amsAdminUrl, ams, committed.end);
  const share = WARM_UP.rows / ROWS;
  await upsertTidily(world, warmUp, WARM_UP.size, ours.batches * share);
  const upserted = await upsertTidily(world, committed, size, ours.batches);
  const run = {
    size,
    ours,
    oursRate: rate(ours.ms),
    receiverRate: rate(received),
    upsertRate: rate(upserted),
  };
  say(
    `Transactions of ${size}: ${Math.round(run.oursRate)} rows/s in ${ours.batches} batches, pg_recvlogical ${Math.round(run.receiverRate)}, upserts ${Math.round(run.upsertRate)}; capture ${ours.cpuSeconds.capture.toFixed(1)} s of CPU and at most ${Math.round(ours.peakMb.capture)} MB, state ${ours.cpuSeconds.state.toFixed(1)} s and ${Math.round(ours.peakMb.state)} MB`,
  );
  return run;
}

async function upsertTidily(
  { own, writer, brokerage }: World,
  { ids }: Committed,
  size: number,
  batches: number,
): Promise<number> {
  await tidy(own, FEED);
  const { rows } = await own.query<{ position: string }>(
    `select max(position) as position from ${FEED}`,
  );
  return upsert(writer, {
    tenantId: brokerage.tenantId,
    ids,
    size,
    batch: Math.ceil(ids.length / batches),
    after: BigInt(rows[0]?.position ?? 0),
  });
}

const rate = (ms: number): number => ROWS / (ms / 1_000);

function ratesOf(size: number, all: readonly Run[]): Result[] {
  const runs = all.filter((run) => run.size === size);
  const ours = runs.map(({ oursRate }) => oursRate);
  const yardsticks = [
    {
      yardstick: "pg_recvlogical",
      theirs: runs.map(({ receiverRate }) => receiverRate),
    },
    {
      yardstick: "the same upserts from memory",
      theirs: runs.map(({ upsertRate }) => upsertRate),
    },
  ].toSorted((one, other) => median(one.theirs) - median(other.theirs));
  const metric = `rows in transactions of ${size.toLocaleString("en")}`;
  return yardsticks.map((yardstick, index) =>
    compared({
      metric,
      unit: "1/s",
      ours,
      ...yardstick,
      // The faster one is shown, not judged.
      ...(index === 0 && { target: atLeast(LEAST_RATIO) }),
    }),
  );
}

function peaksOf(
  memory: readonly (readonly [rows: number, peakMb: Captured["peakMb"]])[],
): Result[] {
  return (["capture", "state"] as const).flatMap((service) =>
    memory.map(([rows, peakMb]) =>
      measured({
        metric: `peak memory of ${service === "capture" ? "change-capture" : "state"}, one transaction of ${rows.toLocaleString("en")}`,
        unit: "MB",
        values: [peakMb[service]],
        target: atMost(MOST_MB),
      }),
    ),
  );
}
