import { expect, it } from "vitest";
import { histories } from "./testing/histories/history.js";

const HISTORIES = Number(process.env["HISTORIES"] ?? 10_000);
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** A failure is found and shortened within one of them. */
const PORTION = 500;

it(`${HISTORIES} random histories end with all sides in agreement and nothing lost`, async () => {
  for (let from = 0; from < HISTORIES; from += PORTION) {
    const seed = (SEED + from) % 2 ** 31;
    const count = Math.min(PORTION, HISTORIES - from);
    console.log(
      `histories from ${from + 1}, seed ${seed}; again: SEED=${seed} HISTORIES=${count} vitest run --project long apps/cloud-connector/src/histories.long.spec.ts`,
    );
    expect(await histories(count, seed)).toBeUndefined();
  }
});
