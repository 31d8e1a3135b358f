import { describe, expect, it } from "vitest";
import { Lease } from "./lease.js";
import { MemoryClock } from "./memory/memory-clock.js";
import { LeaseLost } from "./run-state.js";

const SPAN = 60_000;
const REQUEST = 20_000;

/** A lease of a minute whose renewals are counted; `answer` stands for state. */
const leased = (answer: () => Promise<number> = async () => SPAN) => {
  const clock = new MemoryClock();
  const asked = { times: 0 };
  const lease = new Lease(() => {
    asked.times += 1;
    return answer();
  }, clock);
  lease.extend(SPAN, clock.monotonic());
  return { clock, lease, asked };
};

const lost = async (): Promise<number> => {
  throw new LeaseLost("The run no longer holds its account.");
};
const unreachable = async (): Promise<number> => {
  throw new Error("state is away");
};

describe("a lease", () => {
  it("is not renewed while it lasts", async () => {
    const { lease, asked, clock } = leased();
    await lease.outlast(REQUEST);
    await clock.advance(29_000);
    await lease.outlast(REQUEST);
    expect(asked.times).toBe(0);
  });

  it("is renewed beside the work from half time on", async () => {
    let answer: (ms: number) => void = () => undefined;
    const { lease, asked, clock } = leased(
      () => new Promise((resolve) => (answer = resolve)),
    );
    await clock.advance(31_000);
    await lease.outlast(REQUEST);
    await lease.outlast(REQUEST);
    expect(asked.times).toBe(1);
    answer(SPAN);
    await clock.advance(0);
    expect(lease.remainingMs).toBe(SPAN);
  });

  it("holds an effect back that it might not outlast until it is renewed", async () => {
    let answer: (ms: number) => void = () => undefined;
    const { lease, clock } = leased(
      () => new Promise((resolve) => (answer = resolve)),
    );
    await clock.advance(40_000);
    let begun = false;
    const effect = lease.outlast(REQUEST).then(() => (begun = true));
    await clock.advance(0);
    expect(begun).toBe(false);
    answer(SPAN);
    await effect;
    expect(begun).toBe(true);
  });

  it("counts from before the question, so a slow answer shortens it", async () => {
    const { lease, clock } = leased(async () => {
      await clock.advance(5_000);
      return SPAN;
    });
    await clock.advance(45_000);
    await lease.outlast(REQUEST);
    expect(lease.remainingMs).toBe(SPAN - 5_000);
  });

  it("that is lost stops every effect and breaks off requests under way", async () => {
    const { lease, clock, asked } = leased(lost);
    await clock.advance(45_000);
    await expect(lease.outlast(REQUEST)).rejects.toBeInstanceOf(LeaseLost);
    expect(lease.signal.aborted).toBe(true);
    await expect(lease.outlast(0)).rejects.toBeInstanceOf(LeaseLost);
    expect(asked.times).toBe(1);
  });

  it("that is lost beside the work is noticed at the next effect", async () => {
    const { lease, clock } = leased(lost);
    await clock.advance(31_000);
    await lease.outlast(REQUEST).catch(() => undefined);
    await clock.advance(0);
    await expect(lease.outlast(REQUEST)).rejects.toBeInstanceOf(LeaseLost);
  });

  it("survives an unreachable state as long as it lasts, and not longer", async () => {
    const { lease, clock } = leased(unreachable);
    await clock.advance(31_000);
    await lease.outlast(REQUEST);
    await clock.advance(10_000);
    await expect(lease.outlast(REQUEST)).rejects.toThrow("state is away");
    expect(lease.lost).toBe(false);
  });

  it("too short for a request is named as what it is", async () => {
    const { lease, clock } = leased(async () => 15_000);
    await clock.advance(50_000);
    await expect(lease.outlast(REQUEST)).rejects.toThrow(/LEASE_MS/);
  });

  it("is kept through a long read", async () => {
    const { lease, clock, asked } = leased();
    const over = new AbortController();
    const kept = lease.keep(over.signal);
    for (let minute = 0; minute < 10; minute += 1) await clock.advance(30_000);
    expect(asked.times).toBeGreaterThanOrEqual(10);
    expect(lease.remainingMs).toBeGreaterThan(REQUEST);
    over.abort();
    await kept;
    const before = asked.times;
    await clock.advance(600_000);
    expect(asked.times).toBe(before);
  });
});
