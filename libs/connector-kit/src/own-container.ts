import type { StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";

/**
 * Without a choice the container is the connector's own, made or found: another choice than before unbinds the stream, so
 * that none that was chosen once stays bound. A chosen one is only where the connector knows it as its own.
 */
export const isOwn = (
  { account }: RunContext,
  { kind }: StreamState,
  { own }: StreamPort,
): boolean => account.containers[kind] === undefined || own === true;
