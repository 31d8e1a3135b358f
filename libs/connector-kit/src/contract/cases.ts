import { CHANGING } from "./cases/changing.js";
import { CREATING } from "./cases/creating.js";
import { ENTERING } from "./cases/entering.js";
import { FAILING } from "./cases/failing.js";
import { PRESERVING } from "./cases/preserving.js";
import { READING } from "./cases/reading.js";
import { READING_BACK } from "./cases/reading-back.js";
import { TELLING } from "./cases/telling.js";
import type { ContractCase } from "./contract-case.js";

/** What every connector promises at every system. */
export const CONTRACT: readonly ContractCase[] = [
  ...ENTERING,
  ...CREATING,
  ...CHANGING,
  ...PRESERVING,
  ...TELLING,
  ...READING,
  ...READING_BACK,
  ...FAILING,
];
