import { FIELD_RULES } from "./fields.js";
import type { Problem, ProblemCode } from "./problem.js";
import type { ScopeReason } from "./scope.js";

export type Language = "de" | "en";

type Sentence = (
  label: string,
  limit: number | undefined,
  place: string,
) => string;

/** Where people mend it. */
const PLACES: {
  readonly [l in Language]: readonly [ams: string, item: string];
} = {
  de: ["in ams", "im Adressbuch oder Kalender"],
  en: ["in ams", "in the address book or calendar"],
};

const PROBLEMS: {
  readonly [code in ProblemCode]: { readonly [l in Language]: Sentence };
} = {
  "too-long": {
    de: (label, limit, place) =>
      `Das Feld „${label}“ ist länger als ${limit} Zeichen. Kürzen Sie es ${place}.`,
    en: (label, limit, place) =>
      `The field "${label}" is longer than ${limit} characters. Shorten it ${place}.`,
  },
  "control-characters": {
    de: (label, _limit, place) =>
      `Das Feld „${label}“ enthält unsichtbare Steuerzeichen. Geben Sie den Text ${place} neu ein.`,
    en: (label, _limit, place) =>
      `The field "${label}" holds invisible control characters. Type the text anew ${place}.`,
  },
  "impossible-date": {
    de: (label, _limit, place) =>
      `Das Feld „${label}“ ist kein Tag des Kalenders. Berichtigen Sie es ${place}.`,
    en: (label, _limit, place) =>
      `The field "${label}" is not a day of the calendar. Correct it ${place}.`,
  },
  "impossible-time": {
    de: (label, _limit, place) =>
      `Das Feld „${label}“ ist keine Uhrzeit zwischen 00:00 und 23:59. Berichtigen Sie es ${place}.`,
    en: (label, _limit, place) =>
      `The field "${label}" is not a time between 00:00 and 23:59. Correct it ${place}.`,
  },
  "end-without-start": {
    de: (_label, _limit, place) =>
      `Der Termin hat ein Ende, aber keinen Anfang. Tragen Sie ${place} „von“ ein oder leeren Sie „bis“.`,
    en: (_label, _limit, place) =>
      `The appointment has an end but no start. Enter "from" ${place} or empty "to".`,
  },
  "no-name": {
    de: (_label, _limit, place) =>
      `Die Adresse hat keinen Namen. Tragen Sie ${place} einen Namen ein.`,
    en: (_label, _limit, place) =>
      `The address has no name. Enter a name ${place}.`,
  },
  "several-values": {
    de: (label, _limit, place) =>
      `Für das Feld „${label}“ stehen ${place} mehrere Werte, und keiner davon ist der aus ams. Lassen Sie dort nur den richtigen stehen oder tragen Sie ihn in ams ein.`,
    en: (label, _limit, place) =>
      `For the field "${label}" there are several values ${place}, and none of them is that of ams. Leave only the right one there, or enter it in ams.`,
  },
};

const REASONS: {
  readonly [code in ScopeReason]: { readonly [l in Language]: string };
} = {
  leaving: {
    de: "Dieses Konto wird gerade getrennt; was ams dort angelegt hat, wird entfernt.",
    en: "This account is being disconnected; what ams created there is being removed.",
  },
  "stream-off": {
    de: "Für dieses Konto ist diese Art der Synchronisation ausgeschaltet. Schalten Sie sie auf der Seite Synchronisation ein.",
    en: "This kind of synchronisation is turned off for this account. Turn it on on the page Synchronisation.",
  },
  "kind-off": {
    de: "Diese Art von Adressen (Kunden, Gesellschaften oder Vermittler) ist nicht ausgewählt.",
    en: "This kind of address (customers, companies or agents) is not selected.",
  },
  "no-agent": {
    de: "Der Kunde hat keinen Vermittler, und die Vermittlerfreischaltung zeigt nur Kunden freigeschalteter Vermittler. Tragen Sie in ams einen Vermittler ein.",
    en: "The customer has no agent, and the agent release shows only customers of released agents. Enter an agent in ams.",
  },
  "agent-not-released": {
    de: "Der Vermittler des Kunden ist für diesen Benutzer nicht freigeschaltet.",
    en: "The customer's agent is not released to this user.",
  },
  "other-agent": {
    de: "Der Kunde gehört nicht zu dem Vermittler, auf den die Übertragung beschränkt ist.",
    en: "The customer does not belong to the agent that the transfer is restricted to.",
  },
  "tag-missing": {
    de: "Der Kunde hat keines der ausgewählten Schlagworte.",
    en: "The customer has none of the selected tags.",
  },
  "not-own": {
    de: "Der Termin gehört einem anderen Benutzer; hier werden nur eigene Termine übertragen.",
    en: "The appointment belongs to another user; only one's own appointments are sent here.",
  },
  "owner-not-chosen": {
    de: "Der Termin gehört einem Benutzer, dessen Termine für dieses Konto nicht ausgewählt sind.",
    en: "The appointment belongs to a user whose appointments are not chosen for this account.",
  },
  "no-department-right": {
    de: "Der Termin gehört einem anderen Benutzer, und dem Benutzer dieses Kontos fehlt in ams das Recht, Termine derselben Abteilung zu sehen.",
    en: "The appointment belongs to another user, and the user of this account lacks the right in ams to see appointments of the same department.",
  },
  "other-department": {
    de: "Der Termin gehört einem Benutzer, der nicht (mehr) zur selben Abteilung gehört.",
    en: "The appointment belongs to a user who is not (any more) of the same department.",
  },
  "not-edited-since": {
    de: "Der Datensatz wurde seit dem Datum unter „Bearbeitet seit“ nicht geändert.",
    en: 'The record was not changed since the date under "Edited since".',
  },
  "too-old": {
    de: "Der Termin wurde zuletzt früher geändert, als es die eingestellte Zahl von Tagen erlaubt.",
    en: "The appointment was last changed earlier than the chosen number of days allows.",
  },
};

/** What people call a mapped field; an unknown name is given back. */
export function fieldLabel(field: string, language: Language): string {
  return ruleOf(field)?.[language] ?? field;
}

/** One sentence or two: what is wrong and what to do. Never the value. */
export function problemText(problem: Problem, language: Language): string {
  return PROBLEMS[problem.code][language](
    fieldLabel(problem.field, language),
    ruleOf(problem.field)?.limit,
    PLACES[language][problem.where === "item" ? 1 : 0],
  );
}

export function scopeReasonText(
  reason: ScopeReason,
  language: Language,
): string {
  return REASONS[reason][language];
}

function ruleOf(field: string) {
  return Object.hasOwn(FIELD_RULES, field)
    ? FIELD_RULES[field as keyof typeof FIELD_RULES]
    : undefined;
}
