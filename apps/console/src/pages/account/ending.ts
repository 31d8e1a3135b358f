import type { Account, AuditEntry } from "../../api/types.js";

/** Which texts tell how an account ended. */
export type Ending = "ended" | "formerEnded" | "formerLeft";

/**
 * Whoever was removing at a former place may have left the rest, here or elsewhere: the audit knows, and this page may have
 * read the account before.
 * @param entries of the account, newest first; undefined where they cannot be read
 */
export const endingOf = (
  { leaving, formerPlaceOf }: Pick<Account, "leaving" | "formerPlaceOf">,
  entries: readonly Pick<AuditEntry, "action" | "changes">[] | undefined,
): Ending => {
  if (formerPlaceOf === null) return "ended";
  const said = entries
    ?.find(({ action }) => action === "disconnected")
    ?.changes.find(({ pointer }) => pointer === "/items");
  return (said?.to ?? leaving) === "leave" ? "formerLeft" : "formerEnded";
};
