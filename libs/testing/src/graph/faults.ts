/** What happens to an operation instead of, or after, what it asked for. */
export type Fault =
  /** Answered with this status; not carried out, unless it says so. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly code?: string;
      /** As the header has it: seconds, decimals too, or a date. */
      readonly retryAfter?: string;
      readonly carriedOut?: true;
    }
  /** The connection is reset; nothing was carried out. */
  | { readonly kind: "reset" }
  /** Carried out, and the connection ends in place of the answer. */
  | { readonly kind: "answerLost" }
  /** Carried out, and the answer's body breaks off. */
  | { readonly kind: "cut" }
  /** Carried out, and the answer comes so much later. */
  | { readonly kind: "slow"; readonly ms: number }
  /** Carried out, and the answer is a page of HTML, as gateways send it. */
  | { readonly kind: "notJson" }
  /** Never answered; not carried out. */
  | { readonly kind: "silent" };

export interface FaultMatch {
  readonly method?: string;
  /** Tested against path and query, after the version. */
  readonly path?: RegExp;
  /** Only within a batch, or only outside. Within one there are only `status` and `slow`: the connection is the batch's. */
  readonly inBatch?: boolean;
  /** How many operations are let through first. */
  readonly after?: number;
  /** How many are struck; else all until `clear`. */
  readonly times?: number;
}

const IN_BATCH: readonly Fault["kind"][] = ["status", "slow"];

interface Armed {
  readonly match: FaultMatch;
  readonly fault: Fault;
  seen: number;
  struck: number;
}

export class Faults {
  #armed: Armed[] = [];

  /** @returns how often it has struck */
  on(match: FaultMatch, fault: Fault): () => number {
    const armed: Armed = { match, fault, seen: 0, struck: 0 };
    this.#armed.push(armed);
    return () => armed.struck;
  }

  clear(): void {
    this.#armed = [];
  }

  take(method: string, at: string, inBatch: boolean): Fault | undefined {
    for (const armed of this.#armed) {
      const { match } = armed;
      if (match.method !== undefined && match.method !== method) continue;
      if (match.inBatch !== undefined && match.inBatch !== inBatch) continue;
      if (match.path !== undefined && !match.path.test(at)) continue;
      if (inBatch && !IN_BATCH.includes(armed.fault.kind)) continue;
      armed.seen += 1;
      if (armed.seen <= (match.after ?? 0)) continue;
      if (armed.struck >= (match.times ?? Infinity)) continue;
      armed.struck += 1;
      return armed.fault;
    }
    return undefined;
  }
}
