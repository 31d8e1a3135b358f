import type { Account } from "@ams-sync/contracts";
import { invalid, type FieldError } from "@ams-sync/platform/rest";
import type { AccountInput } from "../account-input.js";
import type { Items } from "../account-row.js";
import { logsInElsewhere, movedStreams } from "../moved-streams.js";

/**
 * Whoever points an account elsewhere says what becomes of what ams put where it pointed before. A kind that is switched
 * off may come back to what is there: of that nobody has to say anything.
 * @throws Problem 422
 */
export const checkPrevious = (
  before: Account,
  after: AccountInput["account"],
  previous: Items | undefined,
): void => {
  const elsewhere =
    logsInElsewhere(before, after) || movedStreams(before, after).length > 0;
  if (previous === undefined && elsewhere) throw invalid([UNDECIDED]);
};

const UNDECIDED: FieldError = {
  pointer: "/previous",
  code: "required",
  text: {
    de: "Adresse, Benutzername oder Ordner ändern sich. Bitte wählen Sie, ob am bisherigen Ort entfernt wird, was ams dort angelegt hat, oder ob es dort bleibt.",
    en: "The address, the user name or a folder changes. Please choose whether what ams put in the previous place is removed, or left there.",
  },
};
