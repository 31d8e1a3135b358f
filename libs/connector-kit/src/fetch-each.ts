import { persist } from "./attempt.js";
import type { ConnectorError } from "./connector-error.js";
import type { Item, ReadPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";

interface Fetched {
  readonly items: ReadonlyMap<string, Item>;
  /** Addresses that the server does not answer. */
  readonly refused: ReadonlyMap<string, ConnectorError>;
  /** The stream or the run has to. */
  readonly stopped?: true;
}

const STOPPED: Fetched = {
  items: new Map(),
  refused: new Map(),
  stopped: true,
};

/** All in one question; where it is refused, which may be one item's fault, each by itself. */
export const fetchEach = async (
  { lease, clock, troubles }: RunContext,
  { kind }: StreamState,
  port: Pick<ReadPort, "fetch">,
  ids: readonly string[],
): Promise<Fetched> => {
  const items = new Map<string, Item>();
  const refused = new Map<string, ConnectorError>();
  if (ids.length === 0) return { items, refused };
  const stop = (error: ConnectorError): Fetched => {
    troubles.report(kind, error);
    return STOPPED;
  };
  const ask = (some: readonly string[]) =>
    persist(lease, clock, () => port.fetch(some));
  const all = await ask(ids);
  if (all.ok) {
    troubles.answered();
    return { items: all.value, refused };
  }
  const alone = all.error.kind === "rejected" ? ids : [];
  for (const id of alone) {
    if (troubles.stopped(kind)) return STOPPED;
    const one = await ask([id]);
    const item = one.ok ? one.value.get(id) : undefined;
    if (item) items.set(id, item);
    if (one.ok) continue;
    if (one.error.kind === "rejected") refused.set(id, one.error);
    else return stop(one.error);
  }
  return alone.length > 0 ? { items, refused } : stop(all.error);
};
