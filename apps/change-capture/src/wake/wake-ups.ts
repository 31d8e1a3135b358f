import type { WakeUp } from "@ams-sync/contracts";
import { pause } from "../pause.js";
import { inTrace } from "../telemetry/commit-span.js";

export interface WakeUpsOptions {
  /** Puts one account into its connector's queue. */
  readonly enqueue: (wakeUp: WakeUp) => Promise<void>;
  /** A wake-up that got lost; state's sweep repeats it within seconds. */
  readonly onFailure: (wakeUp: WakeUp, error: unknown) => void;
  /** A tenant's accounts are woken at once and then not before so many milliseconds, by how many were woken last. */
  readonly restMs: (accounts: number) => number;
}

interface Wanted {
  readonly wakeUp: WakeUp;
  readonly traceParent: string | undefined;
}

/** So many adds run side by side; the accounts of one tenant are few. */
const AT_ONCE = 16;

/** Wakes accounts, coalesced per tenant: an import of 100,000 customers is not 100,000 jobs. Never throws. */
export class WakeUps {
  /** A tenant is in here while its window is open, with what came in meanwhile. */
  readonly #tenants = new Map<string, Map<string, Wanted>>();
  readonly #windows = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(private readonly options: WakeUpsOptions) {}

  /** @param traceParents by tenant: the span of the commit that wakes it */
  notify(
    wakeUps: readonly WakeUp[],
    traceParents: ReadonlyMap<string, string>,
  ): void {
    for (const wakeUp of wakeUps) {
      const { account } = wakeUp;
      if (account === undefined) continue;
      const { tenantId, accountId } = account;
      let waiting = this.#tenants.get(tenantId);
      if (waiting === undefined) {
        waiting = new Map();
        this.#tenants.set(tenantId, waiting);
        this.#open(tenantId, waiting);
      }
      waiting.set(accountId, {
        wakeUp,
        traceParent: traceParents.get(tenantId),
      });
    }
  }

  /** Sends what waits, without its window. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#windows);
  }

  #open(tenantId: string, waiting: Map<string, Wanted>): void {
    const window = this.#run(tenantId, waiting).finally(() =>
      this.#windows.delete(window),
    );
    this.#windows.add(window);
  }

  async #run(tenantId: string, waiting: Map<string, Wanted>): Promise<void> {
    // All accounts that one answer names belong to the leading edge.
    await Promise.resolve();
    while (waiting.size > 0) {
      const wanted = [...waiting.values()];
      waiting.clear();
      for (let i = 0; i < wanted.length; i += AT_ONCE)
        await Promise.all(
          wanted.slice(i, i + AT_ONCE).map((one) => this.#enqueue(one)),
        );
      const { restMs } = this.options;
      await pause(restMs(wanted.length), this.#closing.signal);
    }
    // In the same step as the look at `waiting`: what came in between would be forgotten.
    this.#tenants.delete(tenantId);
  }

  async #enqueue({ wakeUp, traceParent }: Wanted): Promise<void> {
    try {
      await inTrace(traceParent, () => this.options.enqueue(wakeUp));
    } catch (error) {
      this.options.onFailure(wakeUp, error);
    }
  }
}
