import { System, type WakeUp } from "@ams-sync/contracts";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { WakeUps } from "./wake-ups.js";

const account = (tenantId: string, accountId: string): WakeUp => ({
  account: { tenantId, accountId },
  system: System.CLOUD,
});
const NO_TRACES = new Map<string, string>();

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function recorded(
  enqueue: (wakeUp: WakeUp) => Promise<void> = async () => undefined,
) {
  const woken: string[] = [];
  const lost: unknown[] = [];
  const wakeUps = new WakeUps({
    restMs: (accounts) => 100 * accounts,
    enqueue: async (wakeUp) => {
      woken.push(wakeUp.account?.accountId ?? "");
      await enqueue(wakeUp);
    },
    onFailure: (_wakeUp, error) => lost.push(error),
  });
  return { wakeUps, woken, lost };
}

it("wakes at once, and then what came in meanwhile once per window", async () => {
  const { wakeUps, woken } = recorded();
  wakeUps.notify([account("weiß", "a"), account("weiß", "b")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toEqual(["a", "b"]);

  for (let i = 0; i < 50; i += 1) {
    wakeUps.notify([account("weiß", "a")], NO_TRACES);
    await vi.advanceTimersByTimeAsync(3);
  }
  expect(woken).toEqual(["a", "b"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(woken).toEqual(["a", "b", "a"]);
  // One account rests less than two.
  wakeUps.notify([account("weiß", "a")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(100);
  expect(woken).toEqual(["a", "b", "a", "a"]);

  await vi.advanceTimersByTimeAsync(1_000);
  wakeUps.notify([account("weiß", "a")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toEqual(["a", "b", "a", "a", "a"]);
});

it("never lets one tenant wait for another", async () => {
  const { wakeUps, woken } = recorded();
  wakeUps.notify([account("weiß", "a")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(100);
  wakeUps.notify([account("groß", "c")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toEqual(["a", "c"]);
});

it("forgets nothing that comes in at any step of a closing window", async () => {
  for (let step = 0; step < 20; step += 1) {
    const { wakeUps, woken } = recorded();
    wakeUps.notify([account("weiß", "a")], NO_TRACES);
    await vi.advanceTimersByTimeAsync(0);
    const closed = wakeUps.close();
    for (let i = 0; i < step; i += 1) await Promise.resolve();
    wakeUps.notify([account("weiß", "b")], NO_TRACES);
    await closed;
    await vi.advanceTimersByTimeAsync(0);
    expect(woken, `after ${step} steps`).toEqual(["a", "b"]);
  }
});

it("reports a queue that is away and goes on", async () => {
  const { wakeUps, woken, lost } = recorded(() =>
    Promise.reject(new Error("Redis is away")),
  );
  wakeUps.notify([account("weiß", "a"), account("weiß", "b")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(0);
  expect(lost).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(200);
  wakeUps.notify([account("weiß", "a")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toEqual(["a", "b", "a"]);
});

it("sends what waits when it closes, without its window", async () => {
  const { wakeUps, woken } = recorded();
  wakeUps.notify([account("weiß", "a")], NO_TRACES);
  await vi.advanceTimersByTimeAsync(10);
  wakeUps.notify([account("weiß", "b")], NO_TRACES);
  await wakeUps.close();
  expect(woken).toEqual(["a", "b"]);
});
