import { formProblem, problemText } from "@ams-sync/sync-core";
import type { AmsRecord, Canonical, Fields } from "@ams-sync/sync-core";
import { differing } from "./columns.js";
import { Refused } from "./refused.js";

/** @throws Refused where ams could not hold the form */
export function refuseBadForm(form: Canonical): void {
  const problem = formProblem(form);
  if (problem !== undefined) throw new Refused(problemText(problem, "en"));
}

/**
 * What was written must read back the same, or it looks like a change of ams and goes out again.
 * @throws Refused
 */
export function refuseUnlessHeld(
  record: AmsRecord,
  fields: Fields,
  names: readonly string[],
): void {
  const lost = differing(record, fields, names);
  if (lost.length > 0)
    throw new Refused(
      `This record of ams does not hold the new values (${lost.join(", ")}). Nothing was written; compare the entry with the record in ams.`,
    );
}
