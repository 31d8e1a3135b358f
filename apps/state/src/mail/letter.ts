import type { Language, Text } from "@ams-sync/platform/rest";
import type { System } from "@ams-sync/sync-core";
import type { Cause } from "./causes.js";

export interface LetterTo {
  readonly name: string;
  readonly language: Language;
  /** Null: the account is the reader's own. */
  readonly accountOf: string | null;
}

export const SYSTEMS: Readonly<Record<System, string>> = {
  cloud: "ams Cloud",
  outlook: "Outlook",
  tobit: "Tobit David",
  google: "Google",
};

interface Wording {
  readonly subject: Text;
  /** What happened, and what it means. */
  readonly news: Text;
  readonly advice: Text;
}

const WORDING: Readonly<Record<Cause, Wording>> = {
  "needs-login": {
    subject: {
      de: "{system} nimmt das Kennwort nicht mehr an",
      en: "{system} no longer accepts the password",
    },
    news: {
      de: "{system} nimmt Benutzername oder Kennwort nicht mehr an. Bis das Kennwort neu eingegeben ist, ruht die Übertragung von Kontakten und Terminen. Es geht nichts verloren: Was sich inzwischen ändert, wird danach übertragen.",
      en: "{system} no longer accepts the user name or the password. Until the password is entered anew, the transfer of contacts and appointments rests. Nothing is lost: what changes meanwhile is transferred afterwards.",
    },
    advice: {
      de: "Geben Sie auf dieser Seite das Kennwort neu ein:",
      en: "Enter the password anew on this page:",
    },
  },
  held: {
    subject: {
      de: "Löschungen bei {system} warten auf Ihre Zustimmung",
      en: "Removals at {system} wait for your approval",
    },
    news: {
      de: "Ungewöhnlich viele Einträge würden bei {system} gelöscht oder geleert. Das geschieht nicht ungefragt: Diese Änderungen warten, alles andere wird weiter übertragen.",
      en: "Unusually many items would be removed or emptied at {system}. That does not happen unasked: these changes wait, all else goes on.",
    },
    advice: {
      de: "Sehen Sie auf dieser Seite nach, welche es sind, und stimmen Sie zu, wenn sie richtig sind:",
      en: "See on this page which they are, and approve them if they are right:",
    },
  },
  "no-success": {
    subject: {
      de: "Seit einem Tag keine Übertragung mit {system}",
      en: "No transfer with {system} for a day",
    },
    news: {
      de: "Seit mindestens einem Tag wurden Kontakte und Termine nicht mehr erfolgreich mit {system} abgeglichen. Es wird von selbst weiter versucht, und es geht nichts verloren.",
      en: "For at least a day contacts and appointments have not been reconciled with {system} successfully. It is tried again by itself, and nothing is lost.",
    },
    advice: {
      de: "Diese Seite sagt, woran es liegt und was zu tun ist:",
      en: "This page says why, and what to do:",
    },
  },
};

export const GREETING: Text = { de: "Guten Tag {name},", en: "Hello {name}," };
const WHOSE: Text = {
  de: "es geht um das Konto von {owner} bei {system}.",
  en: "this is about the account of {owner} at {system}.",
};
export const CLOSING: Text = {
  de: "Solange es so bleibt, erhalten Sie diese Nachricht höchstens einmal am Tag. Sie kommt von selbst aus der Synchronisation von ams; bitte antworten Sie nicht darauf.",
  en: "As long as it stays like this you get this message once a day at most. It comes from the synchronisation of ams by itself; please do not reply.",
};

/** Says what happened and what to do, and nothing of customers, servers or logins. */
export function letter(
  cause: Cause,
  system: System,
  to: LetterTo,
  link: string,
): { readonly subject: string; readonly text: string } {
  const values: Readonly<Record<string, string>> = {
    system: SYSTEMS[system],
    name: oneLine(to.name),
    owner: oneLine(to.accountOf ?? ""),
  };
  const say = (text: Text): string =>
    text[to.language].replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
  const { subject, news, advice } = WORDING[cause];
  const whose = to.accountOf === null ? [] : [say(WHOSE)];
  return {
    subject: `ams: ${say(subject)}`,
    text: [
      say(GREETING),
      ...[
        ...whose,
        say(news),
        `${say(advice)}\n${link}`,
        `-- \n${say(CLOSING)}`,
      ],
      "",
    ].join("\n\n"),
  };
}

/** Names are typed by people: no line of a mail may begin where one of theirs ends. */
export const oneLine = (name: string): string =>
  name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
