import { useSyncExternalStore } from "react";

const EVERY_MS = 5_000;

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all that says how long ago something was. */
const subscribe = (listener: () => void): (() => void) => {
  // Nobody has looked at the clock before the first.
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** Milliseconds of the epoch; moves on by itself. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
