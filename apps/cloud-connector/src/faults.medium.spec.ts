import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { live, type Lived, strikes } from "./testing/faulty-life.js";
import { QuirkWorld } from "./testing/quirk-world.js";

/** Every so many of the cases that faults.long.spec.ts tries all. */
const STEP = 37;

let world: QuirkWorld;
let healthy: Lived;
beforeAll(async () => {
  world = await QuirkWorld.start(30);
  healthy = await live(world);
  expect(healthy).toMatchObject({ writes: 0, setAside: 0 });
  expect(healthy.facts.length).toBe(5);
});
afterAll(() => world?.stop());

describe("a request that ends badly", () => {
  it("loses and doubles nothing", async () => {
    const cases = strikes(healthy.requests, STEP);
    expect(cases.length).toBeGreaterThan(10);
    for (const strike of cases) {
      const { facts, writes, setAside, hits } = await live(world, strike);
      const { phase, fault, at, times } = strike;
      const told = `${fault.name} ${times} times from request ${at} of the ${phase} phase`;
      expect(hits, told).toBe(times);
      expect(facts, told).toEqual(healthy.facts);
      expect({ writes, setAside }, told).toEqual({ writes: 0, setAside: 0 });
    }
  });
});
