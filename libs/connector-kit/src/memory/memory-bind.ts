import { ContainerTaken } from "../run-state.js";
import { addressOf } from "./memory-limits.js";
import type { MemoryStream } from "./memory-stream.js";

/** A container belongs to one stream, however its address is spelt. @returns since when it does */
export const bind = (
  own: MemoryStream,
  all: readonly MemoryStream[],
  container: string,
  now: number,
): number => {
  const address = addressOf(container);
  const holds = (stream: MemoryStream) =>
    stream.container !== undefined && addressOf(stream.container) === address;
  if (all.some((one) => one !== own && one.owns && holds(one)))
    throw new ContainerTaken("This collection belongs to another stream.");
  const same = holds(own);
  if (own.container !== undefined && !same) own.startAnew(now, true);
  own.container = container;
  if (!same || !own.owns) own.claim(now);
  return own.boundAt ?? now;
};
