/** The codes in `ams.user_right` that synchronisation asks for. */
export const RIGHTS = {
  /** R11: "Menü → Organisation → Benutzer" */
  usersMenu: "menu.organisation.users",
  /** R11: "Fenster → Benutzer → Seite Synchronisation" */
  synchronisationPage: "window.users.synchronisation",
  /** R15: see the appointments of one's own department */
  departmentAppointments: "appointments.department",
} as const;
export type Right = (typeof RIGHTS)[keyof typeof RIGHTS];
