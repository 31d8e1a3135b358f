import type { RecordState } from "../../api/state-types.js";
import type { Verdict } from "../../api/types.js";

/** Whether a record is synchronised with an account, and the first thing that keeps it from being so. */
export type Answer =
  | { readonly kind: "yes" }
  | { readonly kind: "out"; readonly verdict: Verdict }
  | { readonly kind: "told"; readonly message: string }
  | { readonly kind: "held" | "question" | "waiting" | "next" }
  | { readonly kind: "lost"; readonly state: "noticed" | "left" };

type Known = Pick<
  RecordState,
  "link" | "lost" | "waiting" | "setAside" | "held" | "questions"
> & { readonly account: Pick<RecordState["account"], "errorMessage"> };

export function answerOf(verdict: Verdict, state: Known): Answer {
  if (state.link && !state.lost) return { kind: "yes" };
  if (!verdict.inScope) return { kind: "out", verdict };
  if (state.setAside) return { kind: "told", message: state.setAside.message };
  if (state.held) return { kind: "held" };
  if (state.questions.length > 0) return { kind: "question" };
  if (state.lost) return { kind: "lost", state: state.lost.state };
  if (state.account.errorMessage !== null)
    return { kind: "told", message: state.account.errorMessage };
  return { kind: state.waiting ? "waiting" : "next" };
}

/** Whether somebody has to do something, or it comes by itself. */
export const comesByItself = ({ kind }: Answer): boolean =>
  kind === "waiting" || kind === "next";
