import type { ContractCase } from "./contract-case.js";
import type { Stage } from "./stage.js";
import { CaseSkipped } from "./violation.js";

export interface CaseResult {
  readonly name: string;
  readonly asserts: string;
  readonly outcome: "kept" | "broken" | "skipped";
  /** Why, unless it was kept. */
  readonly reason?: string;
}

export interface RunContract {
  readonly signal?: AbortSignal;
  readonly onResult?: (result: CaseResult) => void;
  /** A case that takes longer is broken. */
  readonly caseMs?: number;
}

/** Why a case cannot be asked of this subject; undefined where it can. */
export function skipReason(
  { needs }: Pick<ContractCase, "needs">,
  { subject }: Pick<Stage, "subject">,
): string | undefined {
  return needs
    .map((capability) => subject.lacks[capability])
    .find((reason) => reason !== undefined);
}

/** One case, whatever comes of it. */
export async function tryCase(
  one: ContractCase,
  stage: Stage,
  { caseMs = 120_000, signal }: RunContract = {},
): Promise<CaseResult> {
  const { name, asserts } = one;
  const missing = skipReason(one, stage);
  if (missing !== undefined)
    return { name, asserts, outcome: "skipped", reason: missing };
  try {
    await within(one.run(stage), caseMs, signal);
    return { name, asserts, outcome: "kept" };
  } catch (error) {
    signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    // Reasons are printed and handed on, whatever the connector threw.
    const { password } = stage.subject.login;
    const reason =
      password === "" ? message : message.replaceAll(password, "…");
    const outcome = error instanceof CaseSkipped ? "skipped" : "broken";
    return { name, asserts, outcome, reason };
  } finally {
    stage.subject.mishaps?.clear();
  }
}

/** For programs: one case after the other. Specs take the cases one by one. */
export async function runContract(
  cases: readonly ContractCase[],
  stage: Stage,
  options: RunContract = {},
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of cases) {
    options.signal?.throwIfAborted();
    const result = await tryCase(one, stage, options);
    results.push(result);
    options.onResult?.(result);
  }
  return results;
}

async function within(
  run: Promise<void>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It was not over after ${ms / 1_000} s.`)),
      ms,
    );
    stop = () => reject(new Error("Broken off."));
    signal?.addEventListener("abort", stop, { once: true });
  });
  try {
    await Promise.race([run, ended]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
  }
}
