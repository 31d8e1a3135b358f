import { Problem } from "@ams-sync/platform/rest";
import type { Person } from "@ams-sync/platform/sign-in";
import type { ConflictRow } from "../account/conflict.repository.js";
import type { Sight } from "./rights.js";

type Valued = Pick<ConflictRow, "kind" | "recordId" | "field">;

/** What everybody with the rights of R11 is told of anybody's appointment: when it is. */
const TOLD: ReadonlySet<string> = new Set(["date", "from", "to"]);

/**
 * Whether a person is not to see values of a field: those of customers that are not released to them (R13), and what
 * somebody else's appointment is about, unless they see their department's (R15). An appointment that is gone from ams
 * counts as that of the account's user: nobody knows any more whose it was.
 */
export const hiddenFrom = async (
  sight: Sight,
  person: Person,
  ownerId: string,
  rows: readonly Valued[],
): Promise<(row: Valued) => boolean> => {
  const asked = rows.filter((row) => !isTold(row));
  const records = new Map(asked.map((row) => [keyOf(row), row]));
  const { visible, gone } = await sight(person, [...records.values()]);
  const own = person.userId === ownerId;
  return (row) =>
    !isTold(row) &&
    !visible.has(keyOf(row)) &&
    !(own && row.kind === "appointment" && gone.has(keyOf(row)));
};

const isTold = ({ kind, field }: Valued): boolean =>
  kind === "appointment" && TOLD.has(field);
const keyOf = ({ kind, recordId }: Valued): string => `${kind}/${recordId}`;

/** Whoever is to choose a value must see it. */
export const notToChoose = (): Problem =>
  new Problem("missing-right", {
    more: () => ({ missingRights: [] }),
    detail: {
      de: "Dieser Wert gehört zu einem Kunden oder Termin, den Sie in ams nicht sehen. Übernehmen kann ihn nur, wer ihn sieht.",
      en: "This value is of a customer or an appointment that you do not see in ams. Only somebody who sees it can take it back.",
    },
  });
