import type { Scenario } from "../scenario.js";
import { changes } from "./changes.js";
import { first } from "./first.js";
import { inward } from "./inward.js";
import { options } from "./options.js";
import { reset } from "./reset.js";
import { snapshot } from "./snapshot.js";

/** In this order: each new account of `first` makes a snapshot dearer. */
export const SCENARIOS: readonly Scenario[] = [
  changes,
  snapshot,
  reset,
  options,
  inward,
  first,
];

export const scenarioOf = (name: string): Scenario => {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (!found)
    throw new Error(
      `There is no scenario "${name}"; there are ${SCENARIOS.map((scenario) => scenario.name).join(", ")}.`,
    );
  return found;
};
