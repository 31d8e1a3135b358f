/**
 * Older settings would send what was switched off meanwhile. With newer ones state has not heard of the change yet: it
 * still hands out what was bound at another server or for another user, and the new login must not go there.
 */
export const SETTINGS_APART = {
  type: "error",
  kind: "transient",
  message:
    "The settings were saved just now and state has not heard of them everywhere; the run is repeated in a few seconds.",
  health: "degraded",
  retryInMs: 5_000,
} as const;
