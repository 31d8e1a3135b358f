import { describe, expect, it } from "vitest";
import { AdaptiveConcurrency, type Outcome } from "./adaptive-concurrency.js";

/** A server whose answers take as long as `latency` says of the number of requests under way; keeps all slots busy. */
function load(
  controller: AdaptiveConcurrency,
  clock: { now: number },
  requests: number,
  latency: (underWay: number) => number,
  outcome: (n: number) => Outcome = () => "answered",
): number[] {
  const limits: number[] = [];
  const open: { at: number; end: (outcome: Outcome) => void }[] = [];
  for (let n = 0; n < requests; n++) {
    while (open.length < controller.limit) {
      const end = controller.begin();
      open.push({ at: clock.now + latency(open.length + 1), end });
    }
    open.sort((a, b) => a.at - b.at);
    const next = open.shift()!;
    clock.now = Math.max(clock.now, next.at);
    next.end(outcome(n));
    limits.push(controller.limit);
  }
  for (const { end } of open) end("answered");
  return limits;
}

const start = () => {
  const clock = { now: 0 };
  return { clock, controller: new AdaptiveConcurrency(() => clock.now) };
};

describe("AdaptiveConcurrency", () => {
  it("grows to the most, and no further, where a server answers many at once as fast as one", () => {
    const { clock, controller } = start();
    const limits = load(controller, clock, 200, () => 20);
    expect(controller.limit).toBe(8);
    expect(Math.max(...limits)).toBe(8);
  });

  it("stays low where a server answers one after the other", () => {
    const { clock, controller } = start();
    // All that are under way are served before the newest.
    const limits = load(controller, clock, 300, (underWay) => underWay * 25);
    // One window at eight is how it finds out.
    expect(Math.max(...limits.slice(40))).toBeLessThanOrEqual(5);
    expect(limits.filter((limit) => limit === 4).length).toBeGreaterThan(200);
  });

  it("stops where a server has no more workers", () => {
    const { clock, controller } = start();
    const limits = load(
      controller,
      clock,
      400,
      (underWay) => 30 * Math.max(1, underWay / 4),
    );
    expect(Math.max(...limits.slice(60))).toBeLessThanOrEqual(6);
    expect(limits.filter((limit) => limit >= 4).length).toBeGreaterThan(350);
  });

  it("steps back where answers take much longer all of a sudden", () => {
    const { clock, controller } = start();
    load(controller, clock, 200, () => 20);
    load(controller, clock, 40, () => 500);
    expect(controller.limit).toBeLessThan(8);
  });

  it("halves on overload, once for what fails together, and grows again", () => {
    const { clock, controller } = start();
    load(controller, clock, 200, () => 20);
    const failing = [
      controller.begin(),
      controller.begin(),
      controller.begin(),
    ];
    for (const end of failing) end("overloaded");
    expect(controller.limit).toBe(4);
    clock.now += 1_001;
    controller.begin()("overloaded");
    expect(controller.limit).toBe(2);
    load(controller, clock, 200, () => 20);
    expect(controller.limit).toBe(8);
  });

  it("never goes below one", () => {
    const { clock, controller } = start();
    for (let n = 0; n < 10; n++) {
      clock.now += 2_000;
      controller.begin()("overloaded");
      expect(controller.limit).toBeGreaterThanOrEqual(1);
    }
    expect(controller.limit).toBe(1);
    load(controller, clock, 20, () => 20);
    expect(controller.limit).toBeGreaterThan(1);
  });

  it("does not grow by requests that come one by one", () => {
    const { clock, controller } = start();
    for (let n = 0; n < 100; n++) {
      const end = controller.begin();
      clock.now += 20;
      end("answered");
    }
    expect(controller.limit).toBe(4);
  });

  it("does not take a server for crowded that slows down as its collection grows", () => {
    const { clock, controller } = start();
    let made = 0;
    load(controller, clock, 1_000, () => 10 + made++ / 20);
    expect(controller.limit).toBe(8);
  });

  it("begins with what a server of few processors answers best", () => {
    const { controller } = start();
    expect(controller.limit).toBe(4);
  });

  it("does not take the slow first answers of a server for a reason to send more", () => {
    const { clock, controller } = start();
    let answered = 0;
    const limits = load(controller, clock, 300, (underWay) => {
      answered += 1;
      return (answered <= 8 ? 3 : 1) * underWay * 12;
    });
    expect(limits.filter((limit) => limit === 4).length).toBeGreaterThan(200);
  });

  it("finds a server's limit within a few dozen answers", () => {
    const { clock, controller } = start();
    load(controller, clock, 48, () => 20);
    expect(controller.limit).toBe(8);
  });

  it("does not forgo what more workers bring, though they share few processors", () => {
    const { clock, controller } = start();
    // As a server in PHP was seen to: 28, 40 and 57 answers a second at one, two and four, and no more at eight.
    const limits = load(
      controller,
      clock,
      400,
      (underWay) => [0, 36, 50, 60, 70][underWay] ?? 17.5 * underWay,
    );
    expect(limits.filter((limit) => limit >= 4).length).toBeGreaterThan(300);
  });

  it("lets few begin at once after a rest, and one more with each answer", () => {
    const { clock, controller } = start();
    load(controller, clock, 48, () => 20);
    expect([controller.limit, controller.room]).toEqual([8, 4]);
    const open = Array.from({ length: 4 }, () => controller.begin());
    open.pop()?.("answered");
    expect(controller.room).toBe(5);
    open.pop()?.("answered");
    expect(controller.room).toBe(6);
    for (const end of open) end("answered");
    expect(controller.room).toBe(4);
  });

  it("lets no more begin than the server was found to take", () => {
    const { controller } = start();
    const open = Array.from({ length: 3 }, () => controller.begin());
    open.pop()?.("overloaded");
    expect(controller.limit).toBe(2);
    expect(controller.room).toBe(2);
  });
});
