import { makeAddressBook, startDavSink, waitFor } from "@ams-sync/testing";
import { SERVICE_NAMES, type ServiceName } from "@ams-sync/stack";
import type { BenchContext } from "../../bench.js";
import { figuresOf, forgetPeak } from "../../process-figures.js";
import { BareDav } from "../../sync/bare-dav.js";
import { bareCards } from "./bare-cards.js";
import { openWorld, type World } from "./world.js";

/** What a record goes through, each for all records of a brokerage at once. */
export const PHASES = ["snapshot", "transfer", "touch"] as const;
export type Phase = (typeof PHASES)[number];

export interface SizeRun {
  readonly records: number;
  readonly seconds: Readonly<Record<Phase, number>>;
  /** The same number of bare PUTs to a sink of their own. */
  readonly bareSeconds: number;
  /** Highest resident memory since the start of the process. */
  readonly peakMb: Readonly<Record<ServiceName, number>>;
}

/** Connections with which bare PUTs to the sink are fastest; more of them gained nothing. */
const BARE_CONCURRENCY = 8;
const TOO_LONG_MS = 1_800_000;

/** A brokerage of that size from the snapshot to the last item, then each of its rows changed without anything to send. */
export async function measureSize(
  context: BenchContext,
  records: number,
): Promise<SizeRun> {
  const { say } = context;
  const bareSeconds = await bare(records);
  const world = await openWorld(context, records);
  try {
    const peaks = [await peaksOf(world)];
    const transfer = await timed(() => transferAll(world, records, context));
    peaks.push(await peaksOf(world));
    const touch = await timed(() => touchAll(world, records, context));
    peaks.push(await peaksOf(world));
    const cpuSeconds = await cpuOf(world);
    const seconds = { snapshot: world.snapshotSeconds, transfer, touch };
    const peakMb = Object.fromEntries(
      SERVICE_NAMES.map((name) => [
        name,
        Math.max(...peaks.map((peak) => peak[name])),
      ]),
    ) as Record<ServiceName, number>;
    say(
      `${records} records: ${PHASES.map((phase, index) => `${phase} ${seconds[phase].toFixed(1)} s (${SERVICE_NAMES.map((name) => `${name} ${peaks[index]?.[name].toFixed(0)}`).join(", ")} MB)`).join("; ")}; CPU ${SERVICE_NAMES.map((name) => `${name} ${cpuSeconds[name].toFixed(0)}`).join(", ")} s; bare PUTs ${bareSeconds.toFixed(1)} s`,
    );
    return { records, seconds, bareSeconds, peakMb };
  } finally {
    await world.stop();
  }
}

async function transferAll(
  { connect, quiet, sink }: World,
  records: number,
  { signal }: BenchContext,
): Promise<void> {
  await connect();
  await waitFor(
    async () => {
      signal.throwIfAborted();
      return (await sink.counts()).items >= records;
    },
    { what: "the last item", timeoutMs: TOO_LONG_MS, everyMs: 100 },
  );
  await quiet();
  const { items, methods } = await sink.counts();
  if (items !== records || methods["PUT"] !== records)
    throw new Error(
      `${records} records became ${items} items by ${methods["PUT"]} PUTs.`,
    );
}

/** One transaction over all rows, as a nightly program of ams does; nothing that is mapped changes. */
async function touchAll(
  { ams, own, quiet, sink }: World,
  records: number,
  { signal }: BenchContext,
): Promise<void> {
  const position = async (): Promise<bigint> => {
    const { rows } = await own.query<{ position: string }>(
      "select position from state.source",
    );
    return BigInt(rows[0]?.position ?? 0);
  };
  const last = (await position()) + BigInt(records);
  await sink.reset();
  await ams.query("update ams.customer set last_changed = clock_timestamp()");
  await waitFor(
    async () => {
      signal.throwIfAborted();
      return (await position()) >= last;
    },
    { what: "the changes in the feed", timeoutMs: TOO_LONG_MS, everyMs: 50 },
  );
  await quiet();
  const { methods } = await sink.counts();
  if ((methods["PUT"] ?? 0) > 0)
    throw new Error(`${methods["PUT"]} items were written without a change.`);
}

async function bare(records: number): Promise<number> {
  const sink = await startDavSink();
  const login = { url: sink.url, username: "anna", password: "geheim" };
  const dav = new BareDav(login);
  try {
    const book = sink.collectionOf(login.username, "karten");
    await makeAddressBook({ ...login, url: book });
    const cards = [...bareCards(records)];
    return await timed(() => dav.putAll(book, cards, BARE_CONCURRENCY));
  } finally {
    await dav.close();
    await sink.stop();
  }
}

/** Since the last time it was asked. */
async function peaksOf({ stack }: World): Promise<Record<ServiceName, number>> {
  const peaks: Partial<Record<ServiceName, number>> = {};
  for (const { name, pid } of stack.services) {
    peaks[name] = (await figuresOf(pid)).peakMb;
    await forgetPeak(pid);
  }
  return peaks as Record<ServiceName, number>;
}

async function cpuOf({ stack }: World): Promise<Record<ServiceName, number>> {
  const figures: Partial<Record<ServiceName, number>> = {};
  for (const { name, pid } of stack.services)
    figures[name] = (await figuresOf(pid)).cpuSeconds;
  return figures as Record<ServiceName, number>;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
