import { startPostgres, type Postgres } from "@ams-sync/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerAlike } from "../testing/model-property.js";
import { StateUnderTest } from "../testing/state-under-test.js";

/** What model.medium.spec.ts tries, with other histories each time. */

const RUNS = Number(process.env["MODEL_RUNS"] ?? 2_000);
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** A failure is found and shortened within one of them. */
const PORTION = 250;

let postgres: Postgres;
let state: StateUnderTest;

beforeAll(async () => {
  postgres = await startPostgres();
  state = await StateUnderTest.on(postgres);
});
afterAll(async () => {
  await state.stop();
  await postgres.stop();
});

it(`${RUNS} random histories are answered by the service as by its model`, async () => {
  for (let from = 0; from < RUNS; from += PORTION) {
    const seed = (SEED + from) % 2 ** 31;
    const numRuns = Math.min(PORTION, RUNS - from);
    console.log(
      `histories from ${from + 1}, seed ${seed}; again: SEED=${seed} MODEL_RUNS=${numRuns} vitest run --project long apps/state/src/run/model.long.spec.ts`,
    );
    await expect(
      answerAlike(state, { numRuns, seed }),
    ).resolves.toBeUndefined();
  }
});
