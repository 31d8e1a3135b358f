import type { ConnectorErrorKind } from "./connector-error.js";
import type { RunSummary } from "./run-state.js";

export type StopReason =
  /** Others get their turn, or the process is asked to stop: all that was begun is remembered. */
  | { readonly type: "handed-back" }
  | {
      readonly type: "error";
      readonly kind: ConnectorErrorKind;
      readonly message: string;
      readonly health: Exclude<RunSummary["health"], "ok">;
      readonly retryInMs: number;
    };

/** Whether the run may begin another effect. What is under way is always finished and remembered. */
export class Halt {
  #reason: StopReason | undefined;

  constructor(
    /** Asked before each effect: true ends the run in good order. */
    private readonly timeIsUp: () => boolean,
  ) {}

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** An error outranks a hand-back; among errors the first one counts. */
  stop(reason: StopReason): void {
    if (this.#reason?.type !== "error") this.#reason = reason;
  }

  stopped(): boolean {
    if (!this.#reason && this.timeIsUp()) this.stop({ type: "handed-back" });
    return this.#reason !== undefined;
  }
}
