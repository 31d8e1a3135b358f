import { setTimeout as wait } from "node:timers/promises";

/** What the simulator needs of time; the clock of connector-kit fits. */
export interface GraphClock {
  /** Epoch ms. */
  readonly epoch: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export const realClock: GraphClock = {
  epoch: () => Date.now(),
  sleep: async (ms) => {
    await wait(ms, undefined, { ref: false });
  },
};

/** As Graph writes moments: whole seconds, UTC. */
export const isoSeconds = (epoch: number): string =>
  new Date(epoch).toISOString().replace(/\.\d{3}Z$/, "Z");
