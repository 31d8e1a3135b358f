/** Why an answer of a person comes too late. */

export const HAS_ITEM = {
  de: "Dieser Datensatz ist schon mit einem anderen Eintrag verbunden. Bitte wählen Sie einen anderen.",
  en: "This record is connected with another item already. Please choose another one.",
};
export const CHANGED_SINCE = {
  de: "Dieses Feld wurde inzwischen noch einmal geändert, oder der Datensatz ist nicht mehr verbunden. Ändern Sie es bei Bedarf in ams.",
  en: "This field was changed again since, or the record is no longer connected. Change it in ams where needed.",
};
export const RECORD_GONE = {
  de: "Diesen Datensatz gibt es in ams nicht mehr; der Eintrag kann nicht zurückkommen.",
  en: "ams no longer has this record; the item cannot come back.",
};
