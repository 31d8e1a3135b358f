/** In the order of their start: each needs those before it. */
export const SERVICE_NAMES = [
  "state",
  "settings",
  "change-capture",
  "cloud-connector",
] as const;

/** Deployed only where a brokerage uses the system; they have keys all the same. */
export const OPTIONAL_SERVICES = ["outlook-connector"] as const;

/** The web console: stands before the others, and only where people look. */
export const CONSOLE = "console";

export type ServiceName = (typeof SERVICE_NAMES)[number];
export type ProgramName = ServiceName | typeof CONSOLE;
