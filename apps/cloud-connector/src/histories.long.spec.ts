import { afterEach, expect, it } from "vitest";
import { histories } from "./testing/histories/history.js";

const HISTORIES = Number(process.env["HISTORIES"] ?? 10_000);
const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** A failure is found and shortened within one of them. */
const PORTION = 500;
const HOME = process.env["TZ"];
/** Of the process; portions take turns. */
const ZONES = process.env["ZONE"]?.split(",") ?? [
  "Europe/Berlin",
  "America/Los_Angeles",
  "Pacific/Kiritimati",
];

afterEach(() => {
  process.env["TZ"] = HOME;
});

it(`${HISTORIES} random histories end with all sides in agreement and nothing lost`, async () => {
  for (let from = 0; from < HISTORIES; from += PORTION) {
    const seed = (SEED + from) % 2 ** 31;
    const count = Math.min(PORTION, HISTORIES - from);
    const zone = ZONES[(from / PORTION) % ZONES.length];
    process.env["TZ"] = zone;
    console.log(
      `histories from ${from + 1}, seed ${seed}; again: ZONE=${zone} SEED=${seed} HISTORIES=${count} vitest run --project long apps/cloud-connector/src/histories.long.spec.ts`,
    );
    expect(await histories(count, seed)).toBeUndefined();
  }
});
