/** In the order of their start: each needs those before it. */
export const SERVICE_NAMES = [
  "state",
  "settings",
  "change-capture",
  "cloud-connector",
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];
