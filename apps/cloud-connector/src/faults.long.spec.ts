import { expect, it } from "vitest";
import { ENDINGS, live, strikes } from "./testing/faulty-life.js";
import { QuirkWorld } from "./testing/quirk-world.js";

it("each ending of each request, once and three times in a row, loses and doubles nothing", async () => {
  const world = await QuirkWorld.start(1_500);
  const wrong: string[] = [];
  let struck = 0;
  try {
    const healthy = await live(world);
    expect(healthy.facts.length).toBe(5);
    const cases = strikes(healthy.requests, 1);
    for (const strike of cases) {
      const { facts, writes, setAside, hits } = await live(world, strike);
      struck += hits;
      const right = JSON.stringify(facts) === JSON.stringify(healthy.facts);
      const { phase, fault, at, times } = strike;
      // Of the last requests of a phase not all are asked again.
      const least = Math.min(times, healthy.requests[phase] - at);
      const struckAsMeant = hits >= least && hits <= times;
      if (!right || writes > 0 || setAside > 0 || !struckAsMeant)
        wrong.push(
          `${fault.name} ${times} times from request ${at} of the ${phase} phase: ${right ? "" : "other items, "}${writes} writes more, ${setAside} set aside, ${hits} requests struck`,
        );
    }
    console.info(
      `${cases.length} cases, ${struck} requests struck: ${ENDINGS.length} endings at every one of ${healthy.requests.first} + ${healthy.requests.second} requests, once and three times; ${wrong.length} wrong`,
    );
  } finally {
    await world.stop();
  }
  expect(wrong).toEqual([]);
});
