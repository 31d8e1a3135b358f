import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { inTime } from "./in-time.js";

/** Ends only with its signal. */
const endless = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(new Error("ended"));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });

it("ends work when its time is up, and no sooner", async () => {
  const begun = performance.now();
  await expect(inTime(50, [], endless)).rejects.toThrow("ended");
  expect(performance.now() - begun).toBeGreaterThan(45);
});

it("does not count the time that is spared", async () => {
  const begun = performance.now();
  const work = inTime(50, [], async (signal, time) => {
    time.pause();
    await sleep(150);
    time.goOn();
    expect(signal.aborted).toBe(false);
    return endless(signal);
  });
  await expect(work).rejects.toThrow("ended");
  expect(performance.now() - begun).toBeGreaterThan(195);
});

it("ends work with either parent, also with one that is over before it begins", async () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const parents = [one.signal, other.signal];
  const work = inTime(60_000, parents, endless);
  other.abort();
  await expect(work).rejects.toThrow("ended");
  await expect(inTime(60_000, parents, endless)).rejects.toThrow("ended");
});

it("leaves neither listener nor timer behind, whether the work succeeds or fails", async () => {
  const run = new AbortController();
  const timers = () =>
    process.getActiveResourcesInfo().filter((name) => name === "Timeout");
  const before = timers().length;
  for (let n = 0; n < 50; n++) {
    expect(await inTime(60_000, [run.signal], async () => n)).toBe(n);
    const failed = inTime(60_000, [run.signal], () =>
      Promise.reject(new Error("no")),
    );
    await expect(failed).rejects.toThrow("no");
  }
  expect(getEventListeners(run.signal, "abort")).toEqual([]);
  expect(timers().length).toBeLessThan(before + 50);
});
