import { notFound, Problem, type Text } from "@ams-sync/platform/rest";
import { Refusal } from "../refusal.js";

/** What state will not do, as people are told. */
export const told = async <T>(work: Promise<T>, notNow?: Text): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind === "unknown") throw notFound();
    if (error.kind === "not-now" && notNow)
      throw new Problem("conflict", { detail: notNow, cause: error });
    throw error;
  }
};
