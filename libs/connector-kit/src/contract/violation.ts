import { isDeepStrictEqual } from "node:util";

/** The connector does not keep a promise of the port; `message` says which, for people. */
export class ContractViolation extends Error {
  override readonly name = "ContractViolation";
}

/** Ends a case that cannot be asked here. */
export class CaseSkipped extends Error {
  override readonly name = "CaseSkipped";
}

export function must(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new ContractViolation(`${promise}.`);
}

export function mustEqual(found: unknown, wanted: unknown, what: string): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new ContractViolation(
    `${what}: ${shown(found)} instead of ${shown(wanted)}.`,
  );
}

const MOST = 600;

/** What cases write is made up, so it may be shown. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MOST ? `${text.slice(0, MOST)} …` : text;
}
