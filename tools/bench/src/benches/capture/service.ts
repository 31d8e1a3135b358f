import type { Service, Stack } from "@ams-sync/stack";
import type { Client } from "pg";
import { figuresOf, forgetPeak } from "../../process-figures.js";
import { timeFromStreaming } from "./slot-watch.js";

export interface Captured {
  /** From the start of streaming to the last row in state's feed. */
  readonly ms: number;
  /** Calls that state stored them with. */
  readonly batches: number;
  readonly peakMb: { readonly capture: number; readonly state: number };
  /** Of change-capture with its start. */
  readonly cpuSeconds: { readonly capture: number; readonly state: number };
}

export const SLOT = "ams_sync_ams";

/** Starts change-capture upon rows that were committed while it was down, and stops it when state has them all. */
export async function capture(
  stack: Stack,
  { own, ams }: { readonly own: Client; readonly ams: Client },
  rows: number,
): Promise<Captured> {
  const service = stack.service("change-capture");
  const state = stack.service("state");
  await forgetPeak(state.pid);
  const before = await figuresOf(state.pid);
  // Every changed row gets a position of its own, as no batch is large enough to hold one twice.
  const last = (await position(own)) + BigInt(rows);
  const timed = timeFromStreaming({
    admin: ams,
    slot: SLOT,
    done: async () => (await position(own)) >= last,
  });
  // The watch looks from before the start.
  const [ms] = await Promise.all([timed, service.restart()]);
  const [ours, after, batches] = await Promise.all([
    figuresOf(service.pid),
    figuresOf(state.pid),
    appendsOf(service),
  ]);
  await service.stop();
  return {
    ms,
    batches,
    peakMb: { capture: ours.peakMb, state: after.peakMb },
    cpuSeconds: {
      capture: ours.cpuSeconds,
      state: after.cpuSeconds - before.cpuSeconds,
    },
  };
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
