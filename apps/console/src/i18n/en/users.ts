import type { Texts } from "../de/index.js";

export const users: Texts["users"] = {
  title: "Users",
  searchLabel: "Name or login name",
  name: "Name",
  login: "Login name",
  department: "Department",
  inactive: "inactive",
  found_one: "{{count}} user shown",
  found_other: "{{count}} users shown",
  synchronisation: "Synchronisation",
  page: "Synchronisation of {{name}}",
  intro:
    "Appointments and contacts each go to one system at most. They may be different ones.",
  inactiveHint: "This user is not active in ams. The settings stay stored.",
  whereTo: {
    appointments: "Where are the appointments synchronised to?",
    contacts: "Where are the contacts synchronised to?",
  },
  none: "None",
  noneHint: {
    appointments: "Appointments are not synchronised.",
    contacts: "Contacts are not synchronised.",
  },
  chosen: "chosen",
  choose: "Choose",
  chooseLong: "Choose {{system}} for {{stream}}",
  stopLong: "Switch off: {{stream}}",
  notThereYet: "not available yet",
  configure: "Configure",
  configureLong: "Configure {{system}} for {{stream}}",
  status: "Show state",
  as: "{{username}} at {{host}}",
  stopTitle: {
    appointments: "Stop synchronising appointments?",
    contacts: "Stop synchronising contacts?",
  },
  stopText:
    "Nothing of this will be transferred between ams and “{{system}}” ({{username}}) afterwards, in either direction.",
  stop: "Switch off",
  switchTitle: {
    appointments: "Synchronise appointments with another system?",
    contacts: "Synchronise contacts with another system?",
  },
  switchText:
    "At present they go to “{{from}}” ({{username}}). That is switched off first. Then you set up “{{to}}”.",
  switch: "Switch off and continue",
  whichAccount: "Which account?",
  whichAccountText:
    "There is an account for “{{system}}” already. Do you want to use it for this, too?",
  useThis: "Use {{username}} at {{host}}",
  useNew: "Set up another account",
  saved: "Saved. The synchronisation is starting.",
  stopped: "Switched off.",
};
