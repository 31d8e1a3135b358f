export const users = {
  title: "Benutzer",
  searchLabel: "Name oder Anmeldename",
  name: "Name",
  login: "Anmeldename",
  department: "Abteilung",
  inactive: "inaktiv",
  found_one: "{{count}} Benutzer angezeigt",
  found_other: "{{count}} Benutzer angezeigt",
  synchronisation: "Synchronisation",
  page: "Synchronisation von {{name}}",
  intro:
    "Termine und Kontakte gehen jeweils in höchstens ein System. Es dürfen verschiedene sein.",
  inactiveHint:
    "Dieser Benutzer ist in ams nicht aktiv. Seine Einstellungen bleiben gespeichert.",
  whereTo: {
    appointments: "Wohin werden die Termine synchronisiert?",
    contacts: "Wohin werden die Kontakte synchronisiert?",
  },
  none: "Keines",
  noneHint: {
    appointments: "Termine werden nicht synchronisiert.",
    contacts: "Kontakte werden nicht synchronisiert.",
  },
  chosen: "gewählt",
  choose: "Auswählen",
  chooseLong: "„{{system}}“ für {{stream}} auswählen",
  stopLong: "Abschalten: {{stream}}",
  notThereYet: "noch nicht verfügbar",
  configure: "Konfigurieren",
  configureLong: "{{system}} für {{stream}} konfigurieren",
  status: "Zustand ansehen",
  as: "{{username}} auf {{host}}",
  stopTitle: {
    appointments: "Termine nicht mehr synchronisieren?",
    contacts: "Kontakte nicht mehr synchronisieren?",
  },
  stopText:
    "Danach wird zwischen ams und „{{system}}“ ({{username}}) nichts mehr davon übertragen, in keiner Richtung.",
  stop: "Abschalten",
  switchTitle: {
    appointments: "Termine in ein anderes System synchronisieren?",
    contacts: "Kontakte in ein anderes System synchronisieren?",
  },
  switchText:
    "Zurzeit gehen sie zu „{{from}}“ ({{username}}). Dort wird zuerst abgeschaltet. Danach richten Sie „{{to}}“ ein.",
  switch: "Abschalten und weiter",
  whichAccount: "Welches Konto?",
  whichAccountText:
    "Für „{{system}}“ ist schon ein Konto eingerichtet. Möchten Sie es auch hierfür verwenden?",
  useThis: "{{username}} auf {{host}} verwenden",
  useNew: "Ein anderes Konto einrichten",
  saved: "Gespeichert. Die Synchronisation läuft an.",
  stopped: "Abgeschaltet.",
};
