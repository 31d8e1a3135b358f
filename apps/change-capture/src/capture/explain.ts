import { sqlState } from "../ams/sql-state.js";
import { unreachable } from "../ams/session.js";
import { CaptureError, problemOf, type Problem } from "../problem.js";

/** SQLSTATE classes and codes of node that say: the server is away, full, or refuses the login. */
const AWAY =
  /^(08...|28...|3D...|53...|57...|E(CONN|PIPE|NOTFOUND|AI_AGAIN|TIMEDOUT|HOST|NET).*)$/;

/** Any error of an attempt, as what is wrong and what to do. */
export function explain(error: unknown): Problem {
  if (error instanceof CaptureError) return problemOf(error);
  const code = sqlState(error);
  const lost =
    error instanceof Error && /connection terminated/i.test(error.message);
  if (lost || (code !== undefined && AWAY.test(code)))
    return problemOf(unreachable(error));
  return {
    kind: "unexpected",
    sentence: `Capture met an error that it does not know (${code ?? (error instanceof Error ? error.name : typeof error)}); the log has it. It is tried again.`,
  };
}
