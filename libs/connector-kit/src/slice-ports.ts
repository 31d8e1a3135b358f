import { persist } from "./attempt.js";
import type { ReadPort, StreamPort } from "./port.js";
import type { RunContext } from "./run-context.js";
import type { StreamState } from "./run-state.js";
import { readingOnly } from "./trial.js";

/** On trial there is nothing that writes. */
export interface Ports {
  readonly port: ReadPort;
  readonly writing?: StreamPort;
}

/**
 * @param before each attempt
 * @returns undefined where the stream cannot be reached: the run has heard of it
 */
export const openPorts = async (
  { lease, clock, remote, troubles, trial }: RunContext,
  stream: StreamState,
  before: () => Promise<void>,
): Promise<Ports | undefined> => {
  const opened = await persist(lease, clock, async () => {
    await before();
    const port = await remote.port(stream);
    return trial === undefined
      ? { port, writing: port }
      : { port: readingOnly(port) };
  });
  if (opened.ok) return opened.value;
  troubles.report(stream.kind, opened.error);
  return undefined;
};
