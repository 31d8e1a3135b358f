/** In the order of their start: each needs those before it. */
export const SERVICE_NAMES = [
  "state",
  "settings",
  "change-capture",
  "cloud-connector",
] as const;

/** Started only where a brokerage uses the system, behind the others; they have keys all the same. */
export const OPTIONAL_SERVICES = ["outlook-connector"] as const;

/** The web console: stands before the others, and only where people look. */
export const CONSOLE = "console";

/** One that every stack has. */
export type UsualService = (typeof SERVICE_NAMES)[number];
export type ServiceName = UsualService | (typeof OPTIONAL_SERVICES)[number];
export type ProgramName = ServiceName | typeof CONSOLE;
