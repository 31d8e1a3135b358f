import type { Language, Text } from "@ams-sync/platform/rest";
import type { TakenBack } from "../account/conflict.repository.js";
import {
  LEFT_REASONS,
  leftReasonText,
  storedSentence,
  type LeftReason,
} from "@ams-sync/sync-core";

/** Why runs end early. */
const ERRORS: Readonly<Record<string, Text>> = {
  auth: {
    de: "Der Server nimmt Benutzername oder Kennwort nicht mehr an. Geben Sie das Kennwort neu ein; bis dahin ruht die Übertragung, und nichts geht verloren.",
    en: "The server no longer accepts the user name or the password. Enter the password anew; until then the transfer rests, and nothing is lost.",
  },
  gone: {
    de: "Das Adressbuch oder der Kalender ist nicht mehr da. Wählen Sie in den Einstellungen ein anderes.",
    en: "The address book or the calendar is no longer there. Choose another one in the settings.",
  },
  precondition: {
    de: "Die Einträge ändern sich dort, während sie übertragen werden. Es wird von selbst noch einmal versucht.",
    en: "The items change there while they are transferred. It is tried again by itself.",
  },
  "token-expired": {
    de: "Der Server kennt den letzten Stand nicht mehr; es wird alles neu verglichen.",
    en: "The server no longer knows the last state; all is compared anew.",
  },
  throttled: {
    de: "Der Server bittet um eine Pause. Danach geht es von selbst weiter.",
    en: "The server asks for a pause. After that it goes on by itself.",
  },
  rejected: {
    de: "Der Server lehnt das ab. Prüfen Sie Adresse und Auswahl in den Einstellungen oder fragen Sie seinen Betreiber.",
    en: "The server refuses this. Check the address and the choice in the settings, or ask whoever runs it.",
  },
  transient: {
    de: "Der Server oder ein Teil von ams-sync war nicht erreichbar. Es wird von selbst wiederholt.",
    en: "The server or a part of ams-sync could not be reached. It is repeated by itself.",
  },
  revoked: {
    de: "Die Einstellungen wurden währenddessen geändert; der nächste Lauf arbeitet mit den neuen.",
    en: "The settings were changed meanwhile; the next run works by the new ones.",
  },
};

/** Why entries wait, where none of the core's sentences says it better. */
const WAITING: Readonly<Record<string, Text>> = {
  ...ERRORS,
  auth: {
    de: "Der Server verweigert den Zugriff auf diesen Eintrag.",
    en: "The server denies access to this item.",
  },
  gone: {
    de: "Der Eintrag ist verschwunden, während er geändert wurde. Es wird von selbst noch einmal versucht.",
    en: "The item vanished while it was changed. It is tried again by itself.",
  },
  rejected: {
    de: "Der Server lehnt diesen Eintrag ab. Es wird täglich noch einmal versucht; fragen Sie sonst seinen Betreiber.",
    en: "The server refuses this item. It is tried again daily; otherwise ask whoever runs it.",
  },
  "several-items": {
    de: "Dort könnten mehrere Einträge zu diesem Datensatz gehören. Löschen Sie dort alle bis auf einen, oder verbinden Sie einen davon.",
    en: "Several items there may be this record's. Remove all but one there, or connect one of them.",
  },
  "in-flight": {
    de: "Eine Änderung war unterwegs, als sie zurückgenommen wurde, und kann noch ankommen. Der Eintrag wird eine Viertelstunde lang von selbst noch einmal angesehen.",
    en: "A write was under way when it was taken back, and may still arrive. The item is looked at again for a quarter of an hour, by itself.",
  },
  untold: {
    de: "Der Datensatz ist nicht mehr in ams, und seine Löschung ist noch nicht gemeldet. Er wird von selbst noch einmal angesehen.",
    en: "The record is no longer in ams and its deletion is not announced yet. It is looked at again by itself.",
  },
  unreadable: {
    de: "ams antwortet, aber dieser Datensatz lässt sich nicht lesen. Es wird von selbst noch einmal versucht; im Protokoll des Dienstes steht mehr.",
    en: "ams answers, but this record could not be read from it. It is tried again by itself; the service's log says more.",
  },
  "refused-by-ams": {
    de: "ams nimmt die Änderung von außen nicht an. Es wird täglich noch einmal versucht.",
    en: "ams does not take the change from outside. It is tried again daily.",
  },
  "busy-in-ams": {
    de: "Der Datensatz wird gerade in ams bearbeitet. Es wird von selbst noch einmal versucht.",
    en: "The record is being worked on in ams. It is tried again by itself.",
  },
  "changing-in-ams": {
    de: "Der Datensatz ändert sich in ams immer wieder, während eine Änderung von außen kommt. Es wird von selbst noch einmal versucht.",
    en: "The record changes in ams again and again while a change comes from outside. It is tried again by itself.",
  },
  flipping: {
    de: "Zwei Programme machen die Änderungen dieses Eintrags gegenseitig rückgängig. Er bleibt eine Stunde in Ruhe; suchen Sie das andere Programm, das ihn schreibt.",
    en: "Two programs undo each other's changes of this item. It is left alone for an hour; find the other program that writes it.",
  },
  "internal-error": {
    de: "ams-sync ist an diesem Datensatz gescheitert. Es wird täglich noch einmal versucht; im Protokoll des Dienstes steht mehr.",
    en: "ams-sync failed on this record. It is tried again daily; the service's log says more.",
  },
  "too-large": {
    de: "Was zu diesem Datensatz zu merken ist, ist länger als 16 MiB. Kürzen Sie seine Texte in ams und dort; es wird täglich noch einmal versucht.",
    en: "What is to be remembered of this record is longer than 16 MiB. Shorten its texts in ams and there; it is tried again daily.",
  },
  "item-linked-elsewhere": {
    de: "Der Eintrag gehört schon zu einem anderen Datensatz. Löschen Sie dort einen von beiden, oder ändern Sie den Datensatz.",
    en: "The item belongs to another record already. Remove one of the two there, or change the record.",
  },
  "record-linked-elsewhere": {
    de: "Der Datensatz gehört schon zu einem anderen Eintrag. Löschen Sie dort einen von beiden, oder wählen Sie einen anderen Datensatz.",
    en: "The record belongs to another item already. Remove one of the two there, or choose another record.",
  },
};

/** `detail`: what the connector told in English, where it says more than the sentence. */
export interface Said {
  readonly message: string;
  readonly detail: string | null;
}

const said = (
  table: Readonly<Record<string, Text>>,
  code: string,
  told: string,
  language: Language,
): Said => {
  const known = storedSentence(told, language);
  if (known !== undefined) return { message: known, detail: null };
  const message = table[code]?.[language];
  if (message === undefined) return { message: told, detail: null };
  return {
    message,
    detail: told === "" || told === message ? null : told,
  };
};

export const errorSaid = (kind: string, told: string, language: Language) =>
  said(ERRORS, kind, told, language);

export const waitingSaid = (code: string, told: string, language: Language) =>
  said(WAITING, code, told, language);

const TAKEN_BACK: Readonly<Record<TakenBack, Text>> = {
  waiting: {
    de: "Der Wert wird auf beiden Seiten eingetragen, sobald der nächste Lauf dazu kommt.",
    en: "The value is written to both sides as soon as the next run comes to it.",
  },
  done: {
    de: "Der Wert steht wieder auf beiden Seiten.",
    en: "The value is back on both sides.",
  },
  overtaken: {
    de: "Der Wert wurde nicht zurückgenommen: Datensatz, Eintrag oder Einstellungen hatten sich vorher geändert. Ändern Sie ihn bei Bedarf in ams.",
    en: "The value was not taken back: the record, its item or the settings had changed before. Change it in ams where needed.",
  },
};

export const takenBackText = (what: TakenBack, language: Language): string =>
  TAKEN_BACK[what][language];

/** One of a newer connector is told by its code. */
export const leftSaid = (reason: string, language: Language): string =>
  isLeftReason(reason) ? leftReasonText(reason, language) : reason;

const isLeftReason = (reason: string): reason is LeftReason =>
  (LEFT_REASONS as readonly string[]).includes(reason);
