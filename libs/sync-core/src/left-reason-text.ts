import type { LeftReason } from "./left-reason.js";
import type { Language } from "./problem-text.js";

const SENTENCES: {
  readonly [code in LeftReason]: { readonly [l in Language]: string };
} = {
  recurring: {
    de: "Serientermine werden nicht übernommen; ams kennt nur Einzeltermine. Die Serie bleibt unverändert.",
    en: "Series are not taken over; ams has single appointments only. The series stays untouched.",
  },
  "several-days": {
    de: "Der Termin dauert länger als einen Tag; ams kann das nicht darstellen. Er bleibt unverändert.",
    en: "The appointment lasts longer than a day; ams cannot hold that. It stays untouched.",
  },
  unreadable: {
    de: "Der Eintrag ist beschädigt oder hat ein Datum, das nicht gelesen werden kann. Berichtigen Sie ihn dort.",
    en: "The item is damaged or has a date that cannot be read. Correct it there.",
  },
  "unknown-zone": {
    de: "Der Termin steht in einer unbekannten Zeitzone. Wählen Sie dort eine andere.",
    en: "The appointment is in an unknown time zone. Choose another one for it there.",
  },
  "no-item": {
    de: "Der Eintrag ist weder Kontakt noch Termin (zum Beispiel eine Aufgabe) und bleibt unverändert.",
    en: "The item is neither a contact nor an appointment (a task, for example) and stays untouched.",
  },
  group: {
    de: "Verteilerlisten werden nicht übernommen und bleiben unverändert.",
    en: "Groups of contacts are not taken over and stay untouched.",
  },
  "no-category": {
    de: "Der Kontakt hat weder die Kategorie „Kunde“ noch „Interessent“. Mit einer davon wird er in ams angelegt.",
    en: 'The contact has neither the category "Kunde" nor "Interessent". With one of them it is made in ams.',
  },
  private: {
    de: "Der Termin ist als privat oder vertraulich gekennzeichnet und bleibt, wo er ist.",
    en: "The appointment is marked private or confidential and stays where it is.",
  },
  cancelled: {
    de: "Der Termin ist dort als abgesagt gekennzeichnet und wird nicht übernommen.",
    en: "The appointment is marked as cancelled there and is not taken over.",
  },
  declined: {
    de: "Sie haben die Einladung dort abgelehnt; der Termin wird nicht übernommen.",
    en: "You have declined the invitation there; the appointment is not taken over.",
  },
  "before-connection": {
    de: "Der Termin stand schon vor dem Verbinden im Kalender und wird nicht ungefragt übernommen.",
    en: "The appointment was in the calendar before it was connected and is not taken over unasked.",
  },
  "no-customer": {
    de: "Der Termin nennt nicht genau einen Kunden und wird nicht übernommen. Verknüpfen Sie ihn dort über „Kontakte“ mit einem Kontakt aus ams, laden Sie genau einen Kunden ein oder geben Sie ihm die Kategorie „ams:Kundennummer“.",
    en: 'The appointment does not name exactly one customer and is not taken over. Link it there by "Contacts" with a contact of ams, invite exactly one customer, or give it the category "ams:customer number".',
  },
  "too-old": {
    de: "Der Termin wurde zuletzt früher geändert, als es die eingestellte Zahl von Tagen erlaubt.",
    en: "The appointment was last changed earlier than the chosen number of days allows.",
  },
  "not-edited-since": {
    de: "Der Eintrag wurde seit dem Datum unter „Bearbeitet seit“ nicht geändert.",
    en: 'The item was not changed since the date under "Edited since".',
  },
  "kind-off": {
    de: "Einträge dieser Art werden für dieses Konto nicht übertragen; deshalb wird auch in ams keiner angelegt.",
    en: "Items of this kind are not transferred for this account, so none is made in ams either.",
  },
  "not-importable": {
    de: "Der Eintrag enthält einen Wert, den ams nicht aufnehmen kann, oder ihm fehlt der Name. Berichtigen Sie ihn dort.",
    en: "The item holds a value that ams cannot take, or has no name. Correct it there.",
  },
  "agent-undecided": {
    de: "Es ist nicht klar, zu welchem Vermittler der neue Kunde gehört. Wählen Sie in den Einstellungen einen Vermittler oder legen Sie den Kunden in ams an.",
    en: "It is not clear which agent the new customer belongs to. Choose an agent in the settings, or make the customer in ams.",
  },
  "other-agent": {
    de: "Der neue Kunde gehörte nicht zu dem Vermittler, auf den die Übertragung beschränkt ist.",
    en: "The new customer would not belong to the agent that the transfer is restricted to.",
  },
  "tag-missing": {
    de: "Übertragen werden nur Kunden mit bestimmten Schlagworten; der neue hätte keines davon. Legen Sie ihn in ams mit einem Schlagwort an.",
    en: "Only customers with certain tags are transferred; the new one would have none of them. Make it in ams, with a tag.",
  },
  ambiguous: {
    de: "In ams gibt es mehrere Kunden oder Termine, die dieser Eintrag sein könnte, oder einen Kunden mit anderem Namen. Entscheiden Sie, was zusammengehört.",
    en: "There are several customers or appointments in ams that this item may be, or a customer with another name. Decide what belongs together.",
  },
  "matched-out-of-scope": {
    de: "Der Eintrag gehört zu einem Datensatz in ams, der für dieses Konto nicht übertragen wird. Sobald er übertragen wird, werden beide verbunden.",
    en: "The item belongs to a record in ams that is not transferred for this account. Once it is, the two are connected.",
  },
  "own-left-behind": {
    de: "Der Eintrag wurde früher von ams angelegt; sein Datensatz wird nicht mehr übertragen. Er bleibt, bis Sie ihn löschen.",
    en: "The item was once made by ams; its record is no longer transferred. It stays until you delete it.",
  },
  "own-copy": {
    de: "Der Eintrag ist eine Kopie eines Eintrags, der schon mit ams verbunden ist. Löschen Sie eine von beiden.",
    en: "The item is a copy of one that is connected with ams already. Delete one of the two.",
  },
  "record-deleted": {
    de: "Der Datensatz, der zu diesem Eintrag gehörte, wurde in ams gelöscht. Er wird nicht noch einmal angelegt.",
    en: "The record that this item belonged to was deleted in ams. It is not made again.",
  },
};

/** One sentence or two for people: why the item stays as it is, and what they can do. */
export const leftReasonText = (
  reason: LeftReason,
  language: Language,
): string => SENTENCES[reason][language];
