import type { Account } from "@ams-sync/contracts";
import { invalid, type FieldError } from "@ams-sync/platform/rest";
import { STREAM_KINDS } from "@ams-sync/sync-core";
import type { AccountInput } from "../account-input.js";
import type { Items } from "../account-row.js";
import { logsInElsewhere } from "../moved-streams.js";

/**
 * Whoever points an account elsewhere says what becomes of what ams put where it pointed before. It can only stay: the old
 * place would have to be emptied with a login that the account no longer has before the new one is begun.
 * @throws Problem 422
 */
export const checkPrevious = (
  before: Account,
  after: AccountInput["account"],
  previous: Items | undefined,
): void => {
  if (previous === "leave" || !pointsElsewhere(before, after)) return;
  throw invalid([previous === "remove" ? NOT_HERE : UNDECIDED]);
};

const pointsElsewhere = (
  before: Account,
  after: AccountInput["account"],
): boolean =>
  logsInElsewhere(before, after) ||
  STREAM_KINDS.some((kind) => {
    const was = before[kind];
    const is = after[kind];
    return was && is && placesOf(was) !== placesOf(is);
  });

const placesOf = (options: {
  readonly container: string;
  readonly companiesContainer?: string;
  readonly agentsContainer?: string;
}): string =>
  JSON.stringify([
    options.container,
    options.companiesContainer ?? "",
    options.agentsContainer ?? "",
  ]);

const UNDECIDED: FieldError = {
  pointer: "/previous",
  code: "required",
  text: {
    de: "Adresse, Benutzername oder Ordner ändern sich. Bitte bestätigen Sie, dass am bisherigen Ort alles so bleibt, wie es ist.",
    en: "The address, the user name or a folder changes. Please confirm that everything in the previous place stays as it is.",
  },
};

const NOT_HERE: FieldError = {
  pointer: "/previous",
  code: "not-here",
  text: {
    de: "Beim Wechsel bleibt am bisherigen Ort alles, wie es ist. Um es zu entfernen, trennen Sie das Konto mit „entfernen“ und verbinden es danach neu.",
    en: "With a change everything in the previous place stays as it is. To have it removed, disconnect the account with “remove” and connect it anew afterwards.",
  },
};
