import type { Judged } from "./judge.js";
import type { AmsEntry, Entry } from "./run-state.js";

/** A record that was read for its entry. */
export interface Candidate {
  readonly entry: AmsEntry;
  readonly judged: Judged;
}

/** Hardly anything that ams can say of such a record spares the other system a question. */
export const wasBegun = (entry: Entry): boolean =>
  entry.side === "ams" && (entry.link !== undefined || entry.sent === true);

export const needsPort = ({ entry, judged }: Candidate): boolean => {
  if (judged.state === "untold") return false;
  if (entry.link) return true;
  if (judged.state !== "there" || judged.view.state === "out")
    return entry.sent === true;
  return judged.view.state === "in";
};
