import type { ClientBase } from "pg";
import { checkPublication } from "../ams/publication.js";
import { readSlot, type SlotState } from "../ams/slot.js";
import { CaptureError } from "../problem.js";

export interface WatchOptions {
  readonly client: ClientBase;
  readonly slot: string;
  readonly everyMs: number;
  readonly onSlot: (slot: SlotState) => void;
}

export interface Watch {
  /** Fires, with a CaptureError or an error of pg as reason, when streaming makes no sense any more. */
  readonly signal: AbortSignal;
  stop(): void;
}

/** Looks after slot and publication while we stream: the stream itself does not tell that a table left the publication. */
export function watchSlot(options: WatchOptions): Watch {
  const ending = new AbortController();
  let looking = false;
  const look = async (): Promise<void> => {
    options.onSlot(await readSlot(options.client, options.slot));
    const [problem] = await checkPublication(options.client);
    if (problem !== undefined)
      throw new CaptureError(problem.kind, problem.sentence);
  };
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      .catch((error: unknown) => ending.abort(error))
      .finally(() => (looking = false));
  }, options.everyMs);
  return { signal: ending.signal, stop: () => clearInterval(timer) };
}
