import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MailboxGate } from "./mailbox-gate.js";

const never = new AbortController().signal;
const gateOf = (requests = 100, now = () => 0) =>
  new MailboxGate({ concurrent: 4, requests, windowMs: 60_000 }, now);

describe("places", () => {
  it("are four; a batch takes all of them, in turn", async () => {
    const gate = gateOf();
    let most = 0;
    let under = 0;
    const order: number[] = [];
    const work = (weight: number, name: number) =>
      gate.enter(weight, never, async () => {
        order.push(name);
        under += weight;
        most = Math.max(most, under);
        await sleep(2);
        under -= weight;
      });
    await Promise.all([work(1, 1), work(1, 2), work(20, 3), work(1, 4)]);
    expect(order).toEqual([1, 2, 3, 4]);
    expect(most).toBe(20);
    expect(gate.idle).toBe(true);
  });

  it("are not lost where work fails or its waiting is broken off", async () => {
    const gate = gateOf();
    const over = new AbortController();
    let release: () => void = () => undefined;
    const held = gate.enter(
      4,
      never,
      () => new Promise<void>((r) => (release = r)),
    );
    const waiting = gate.enter(4, over.signal, async () => undefined);
    const behind = gate.enter(1, never, async () => "through");
    over.abort();
    await expect(waiting).rejects.toMatchObject({ kind: "transient" });
    release();
    await held;
    expect(await behind).toBe("through");
    const failing = gate.enter(4, never, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(gate.idle).toBe(true);
  });
});

describe("the budget", () => {
  it("is kept over any window, and says when there is room again", () => {
    let now = 0;
    const gate = gateOf(10, () => now);
    gate.spend(6);
    now = 30_000;
    gate.spend(4);
    const refused = () => {
      try {
        gate.spend(1);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refused()).toMatchObject({
      kind: "throttled",
      detail: { retryAfterMs: 30_000 },
    });
    now = 60_000;
    gate.spend(6);
    expect(refused()).toMatchObject({ detail: { retryAfterMs: 30_000 } });
  });
});
