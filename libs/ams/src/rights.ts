import { DEPARTMENT_APPOINTMENTS } from "@ams-sync/sync-core";

/** The codes in `ams.user_right` that synchronisation asks for. */
export const RIGHTS = {
  /** R11: "Menü → Organisation → Benutzer" */
  usersMenu: "menu.organisation.users",
  /** R11: "Fenster → Benutzer → Seite Synchronisation" */
  synchronisationPage: "window.users.synchronisation",
  /** R15: see the appointments of one's own department */
  departmentAppointments: DEPARTMENT_APPOINTMENTS,
} as const;
export type Right = (typeof RIGHTS)[keyof typeof RIGHTS];

/** As ams itself shows them to whoever gives rights. */
export const RIGHT_NAMES: {
  readonly [right in Right]: { readonly de: string; readonly en: string };
} = {
  [RIGHTS.usersMenu]: {
    de: "Menü → Organisation → Benutzer",
    en: "Menü → Organisation → Benutzer (menu: users)",
  },
  [RIGHTS.synchronisationPage]: {
    de: "Fenster → Benutzer → Seite Synchronisation",
    en: "Fenster → Benutzer → Seite Synchronisation (window: synchronisation page)",
  },
  [RIGHTS.departmentAppointments]: {
    de: "Termine derselben Abteilung sehen",
    en: "Termine derselben Abteilung sehen (see the department's appointments)",
  },
};

/** R11, R12: for everything on the page Synchronisation. */
export const SYNCHRONISATION = [
  RIGHTS.usersMenu,
  RIGHTS.synchronisationPage,
] as const;

/** How people know a right. */
export const rightName = (
  code: string,
): { readonly de: string; readonly en: string } =>
  Object.entries(RIGHT_NAMES).find(([known]) => known === code)?.[1] ?? {
    de: code,
    en: code,
  };
