export const leaving = {
  disconnect: "Konto trennen",
  title: "Dieses Konto trennen?",
  text: "Zwischen ams und „{{system}}“ ({{username}}) wird danach nichts mehr übertragen. Das gespeicherte Kennwort wird gelöscht.",
  question: "Was soll mit den Einträgen geschehen, die dort sind?",
  formerQuestion:
    "Was soll mit den Einträgen geschehen, die am bisherigen Ort sind?",
  remove: "Von ams angelegte Einträge entfernen",
  there: "Einträge dort",
  removeHint:
    "Nur was ams dort angelegt hat, wird dort gelöscht. Was Sie selbst dort angelegt haben, bleibt. In ams ändert sich nichts.",
  leave: "Alles dort belassen",
  leaveHint: "Es bleibt stehen und wird nicht mehr aktualisiert.",
  chooseFirst: "Bitte wählen Sie erst eines von beiden.",
  yes: "Trennen",
  state: {
    remove:
      "Dieses Konto wird getrennt. Was ams dort angelegt hat, wird gerade entfernt.",
    leave: "Dieses Konto wird getrennt. Alles bleibt dort, wie es ist.",
  },
  short: {
    remove: "wird getrennt, Einträge werden entfernt",
    leave: "wird getrennt",
  },
  left: "Noch verbunden: {{count}}",
  instead:
    "Der Server nimmt das Kennwort nicht an. Geben Sie ein neues ein, oder belassen Sie alles dort.",
  leaveInstead: "Stattdessen alles dort belassen",
  ended: "Das Konto ist getrennt",
  endedText: "Es wird nichts mehr übertragen.",
  backToUser: "Zur Synchronisation des Benutzers",
  afterRemoval:
    "Das bisherige Konto wird getrennt. Sobald alles entfernt ist, können Sie „{{to}}“ einrichten.",
  newPassword: "Neues Kennwort eingeben",
  newPasswordText:
    "Das Kennwort für „{{username}}“ wird am Server geprüft und dann gespeichert.",
  newPasswordSaved: "Das neue Kennwort ist gespeichert; es geht weiter.",
  previous: "Was geschieht mit dem bisherigen Ort?",
  previousText:
    "Sie haben Server, Benutzername, Adressbuch oder Kalender geändert. Am alten Ort wird nichts mehr aktualisiert.",
  previousYes: "Speichern",
  former: "Der bisherige Ort wird noch aufgeräumt",
  formerText:
    "Was ams dort angelegt hat, wird mit der bisherigen Anmeldung gelöscht. Danach verschwindet dieser Hinweis von selbst.",
  formerState:
    "Dies ist ein bisheriger Ort. Was ams dort angelegt hat, wird gerade entfernt.",
  formerEnded: "Der bisherige Ort ist aufgeräumt",
  formerEndedText: "Was ams dort angelegt hatte, ist entfernt.",
  formerLeft: "Am bisherigen Ort wird nichts mehr entfernt",
  formerLeftText:
    "Was ams dort angelegt hatte und noch nicht entfernt war, ist dort geblieben. Es wird nicht mehr aktualisiert.",
};
