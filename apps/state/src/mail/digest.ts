import type { Text } from "@ams-sync/platform/rest";
import type { StreamKind, System } from "@ams-sync/sync-core";
import type { Cause } from "./causes.js";
import {
  CLOSING,
  GREETING,
  letter,
  oneLine,
  SYSTEMS,
  type LetterTo,
} from "./letter.js";

export interface AccountInTrouble {
  /** Null: the reader's own. */
  readonly owner: string | null;
  readonly system: System;
  readonly kinds: readonly StreamKind[];
  /** The account's own page. */
  readonly link: string;
}

/** A mail that lists hundreds is read by nobody; the page behind the link lists all. */
const LISTED = 50;

interface Wording {
  readonly subject: Text;
  readonly news: Text;
  readonly advice: Text;
}

const WORDING: Readonly<Record<Cause, Wording>> = {
  "needs-login": {
    subject: {
      de: "{count} Konten brauchen ein neues Kennwort",
      en: "{count} accounts need a new password",
    },
    news: {
      de: "Bei diesen Konten nimmt der Server Benutzername oder Kennwort nicht mehr an. Bis ein Kennwort neu eingegeben ist, ruht dort die Übertragung. Es geht nichts verloren: Was sich inzwischen ändert, wird danach übertragen.",
      en: "For these accounts the server no longer accepts the user name or the password. Until a password is entered anew, the transfer rests there. Nothing is lost: what changes meanwhile is transferred afterwards.",
    },
    advice: {
      de: "Sind es viele auf einmal, liegt es meist am Server. Hier stehen alle:",
      en: "If it is many at once, the server is usually the reason. Here they all are:",
    },
  },
  held: {
    subject: {
      de: "Löschungen bei {count} Konten warten auf Zustimmung",
      en: "Removals in {count} accounts wait for approval",
    },
    news: {
      de: "Bei diesen Konten würden ungewöhnlich viele Einträge gelöscht oder geleert. Das geschieht nicht ungefragt: Diese Änderungen warten, alles andere wird weiter übertragen.",
      en: "In these accounts unusually many items would be removed or emptied. That does not happen unasked: these changes wait, all else goes on.",
    },
    advice: {
      de: "Welche Einträge es sind, steht auf der Seite des jeweiligen Kontos. Hier stehen alle Konten:",
      en: "Each account's page says which items they are. Here all accounts are:",
    },
  },
  "no-success": {
    subject: {
      de: "Seit einem Tag keine Übertragung bei {count} Konten",
      en: "No transfer in {count} accounts for a day",
    },
    news: {
      de: "Diese Konten wurden seit mindestens einem Tag nicht mehr erfolgreich abgeglichen. Es wird von selbst weiter versucht, und es geht nichts verloren.",
      en: "These accounts have not been reconciled successfully for at least a day. It is tried again by itself, and nothing is lost.",
    },
    advice: {
      de: "Sind es viele auf einmal, ist meist der Server nicht zu erreichen. Hier stehen alle mit dem Grund:",
      en: "If it is many at once, the server is usually out of reach. Here they all are, with the reason:",
    },
  },
};

const MORE: Text = {
  de: "… und {more} weitere",
  en: "… and {more} more",
};
const OWN_ADVICE: Text = {
  de: "Was zu tun ist, steht auf der Seite jedes Kontos:",
  en: "Each account's page says what to do:",
};
const KINDS: Readonly<Record<StreamKind, Text>> = {
  contacts: { de: "Kontakte", en: "contacts" },
  appointments: { de: "Termine", en: "appointments" },
};

/**
 * One account is a letter of its own; of several each is named: the reader's own ones with their pages, others' with
 * what to do about all of them.
 */
export function digest(
  cause: Cause,
  to: Omit<LetterTo, "accountOf">,
  accounts: readonly AccountInTrouble[],
  all: string,
): { readonly subject: string; readonly text: string } {
  const [only] = accounts;
  if (only && accounts.length === 1) {
    const { owner: accountOf, system, link } = only;
    return letter(cause, system, { ...to, accountOf }, link);
  }
  const count = (number: number): string =>
    new Intl.NumberFormat(to.language).format(number);
  const values: Readonly<Record<string, string>> = {
    count: count(accounts.length),
    more: count(accounts.length - LISTED),
    name: oneLine(to.name),
  };
  const say = (text: Text): string =>
    text[to.language].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const { subject, news, advice } = WORDING[cause];
  const own = accounts.every(({ owner }) => owner === null);
  const line = ({ owner, system, kinds, link }: AccountInTrouble): string =>
    own
      ? `- ${SYSTEMS[system]} (${kinds.map((kind) => say(KINDS[kind])).join(", ")})\n  ${link}`
      : `- ${oneLine(owner ?? to.name)}, ${SYSTEMS[system]}`;
  const list = accounts
    .map(line)
    .toSorted((a, b) => a.localeCompare(b, to.language))
    .slice(0, LISTED);
  if (accounts.length > LISTED) list.push(say(MORE));
  return {
    subject: `ams: ${say(subject)}`,
    text: [
      ...[say(GREETING), say(news)],
      ...(own
        ? [`${say(OWN_ADVICE)}\n${list.join("\n")}`]
        : [list.join("\n"), `${say(advice)}\n${all}`]),
      ...[`-- \n${say(CLOSING)}`, ""],
    ].join("\n\n"),
  };
}
