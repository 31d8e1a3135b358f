import type { Result } from "../run-state.js";

/** Match keys and candidates of one item, as the service takes them. */
const FEW = 100;

/** One refused result refuses all that are told with it, as the service does. */
export const refuseTooMany = (results: readonly Result[]): void => {
  for (const { outcome } of results) {
    const left =
      outcome.type === "left"
        ? outcome
        : outcome.type === "unlinked"
          ? outcome.left
          : undefined;
    if (left && (left.keys.length > FEW || left.candidates.length > FEW))
      throw new Error(`State takes ${FEW} keys and candidates of an item.`);
  }
};
