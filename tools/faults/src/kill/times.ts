import type { ServiceName } from "@ams-sync/stack";

/**
 * Short times, so that a case is over in seconds; their order is that of production: a request is over well before its
 * lease, a lock of a job outlasts a hiccup.
 */
export const TIMES: Readonly<
  Record<ServiceName, Readonly<Record<string, string>>>
> = {
  state: {
    LEASE_MS: "3500",
    SWEEP_INTERVAL_MS: "300",
    BACK_OFF_FIRST_MS: "500",
    // Nothing is polled unless a case asks for it.
    POLL_MIN_MS: "36000000",
    POLL_MAX_MS: "36000000",
  },
  settings: {},
  "change-capture": {},
  "cloud-connector": {
    REQUEST_TIMEOUT_MS: "1500",
    JOB_LOCK_MS: "1500",
    BACK_OFF_FIRST_MS: "500",
    SLICE_SIZE: "5",
  },
  // Not one of those that are killed here.
  "outlook-connector": {},
};
