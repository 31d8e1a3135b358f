import type { StatusRow } from "../account/status.repository.js";

/** Why somebody is written to. */
export const CAUSES = ["needs-login", "held", "no-success"] as const;
export type Cause = (typeof CAUSES)[number];

export const DAY_MS = 24 * 60 * 60 * 1_000;

export type Standing = Pick<
  StatusRow,
  "health" | "lastSuccessAt" | "streams"
> & { readonly knownAt: Date };

/** What an account needs somebody for. One that nothing is sent to needs nobody. */
export function causesOf(account: Standing, now: Date): ReadonlySet<Cause> {
  const causes = new Set<Cause>();
  if (account.streams.length === 0) return causes;
  if (account.health === "needs-login") causes.add("needs-login");
  // Without a login nothing can succeed: one cause, one mail.
  else if (
    now.getTime() -
      Math.max(
        account.lastSuccessAt?.getTime() ?? 0,
        account.knownAt.getTime(),
      ) >=
    DAY_MS
  )
    causes.add("no-success");
  if (account.streams.some(({ held }) => held > 0)) causes.add("held");
  return causes;
}
