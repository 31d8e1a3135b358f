import type { Service, Stack } from "@ams-sync/stack";
import type { Client } from "pg";
import { figuresOf, forgetPeak } from "../../process-figures.js";
import {
  timeFromBacklog,
  timeFromStreaming,
  type Watched,
} from "./slot-watch.js";

export interface Captured {
  /** From the moment at which the server may send to the last row in state's feed. */
  readonly ms: number;
  /** Calls that state stored them with. */
  readonly batches: number;
  readonly peakMb: { readonly capture: number; readonly state: number };
  readonly cpuSeconds: { readonly capture: number; readonly state: number };
}

export const SLOT = "ams_sync_ams";

interface World {
  readonly stack: Stack;
  readonly own: Client;
  readonly ams: Client;
}

/**
 * Starts change-capture upon `waiting` rows that were committed while it was down, lets it store them, and then measures
 * the `rows` of `make`. A process of Node compiles its code while it runs it for the first time; the yardsticks, in C,
 * do not.
 */
export async function capture(
  world: World,
  waiting: number,
  make: () => Promise<unknown>,
  rows: number,
): Promise<Captured> {
  const service = world.stack.service("change-capture");
  const state = world.stack.service("state");
  await forgetPeak(state.pid);
  const stored = await storing(world, waiting);
  await Promise.all([timeFromStreaming(stored), service.restart()]);
  const before = await spentBy(service, state);
  const ms = await timeFromBacklog(await storing(world, rows), make);
  const after = await spentBy(service, state);
  await service.stop();
  return {
    ms,
    batches: after.batches - before.batches,
    peakMb: { capture: after.capture.peakMb, state: after.state.peakMb },
    cpuSeconds: {
      capture: after.capture.cpuSeconds - before.capture.cpuSeconds,
      state: after.state.cpuSeconds - before.state.cpuSeconds,
    },
  };
}

/** Highest resident memory over the storing of `rows` that were committed while change-capture was down, MB. */
export async function peaks(
  world: World,
  rows: number,
): Promise<Captured["peakMb"]> {
  const service = world.stack.service("change-capture");
  const state = world.stack.service("state");
  await forgetPeak(state.pid);
  const stored = await storing(world, rows);
  await Promise.all([timeFromStreaming(stored), service.restart()]);
  const { capture: ours, state: theirs } = await spentBy(service, state);
  await service.stop();
  return { capture: ours.peakMb, state: theirs.peakMb };
}

/** Done once state has `rows` more than now. */
async function storing({ own, ams }: World, rows: number): Promise<Watched> {
  // Every changed row gets a position of its own, as no batch is large enough to hold one twice.
  const last = (await position(own)) + BigInt(rows);
  const done = async () => (await position(own)) >= last;
  return { admin: ams, slot: SLOT, done };
}

async function spentBy(service: Service, state: Service) {
  const [ours, theirs, batches] = await Promise.all([
    figuresOf(service.pid),
    figuresOf(state.pid),
    appendsOf(service),
  ]);
  return { capture: ours, state: theirs, batches };
}

/** The newest that state's feed has. */
export async function position(own: Client): Promise<bigint> {
  const { rows } = await own.query<{ position: string }>(
    "select position from state.source",
  );
  return BigInt(rows[0]?.position ?? 0);
}

async function appendsOf({ url }: Service): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const [, count] =
    /^ams_sync_capture_append_seconds_count\S* (\d+)/m.exec(text) ?? [];
  if (count === undefined)
    throw new Error("change-capture tells no ams_sync_capture_append_seconds.");
  return Number(count);
}
